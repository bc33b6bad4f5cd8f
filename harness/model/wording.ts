import type { Digest } from './digest.ts';

/** Twelve hex digits, `ab12cd34ef56`: enough to tell digests apart by eye. */
export function shortDigest(digest: Digest): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}

/** `12:03:55` of an ISO 8601 time, UTC as all times here. */
export function timeOfDay(isoTime: string): string {
  return isoTime.slice(11, 19);
}

/** `1 healthy task`, `3 healthy tasks` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

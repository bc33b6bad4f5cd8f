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

/** `840 ms`, `12.3 s`, `1 min 38 s`: three digits are enough to compare by eye. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

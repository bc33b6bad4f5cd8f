import type { Digest } from '../model/index.ts';

/** `sha256:ab12cd34ef56`: enough to tell digests apart by eye. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

/** `12:03:55` of an ISO 8601 time, UTC as all times here. */
export function timeOfDay(isoTime: string): string {
  return isoTime.slice(11, 19);
}

import { createHash } from 'node:crypto';

/**
 * What the ids of all requests of one test begin with: more than half of a UUID, because services expect one. `test` is
 * its full name, empty for what runs around tests.
 */
export function requestTag(file: string, test: string): string {
  const hash = createHash('sha256').update(`${file}\n${test}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(12, 15)}-`;
}

/** The id of one request of a test: a UUID. Two workers never make the same one. */
export function requestId(tag: string, worker: number, count: number): string {
  const digits = (number: number, length: number): string =>
    number.toString(16).padStart(length, '0').slice(-length);
  return `${tag}8${digits(worker, 3)}-${digits(count, 12)}`;
}

import { createHash } from 'node:crypto';

/** What the ids of all requests of one test begin with; `test` is its full name, empty for what runs around tests. */
export function requestTag(file: string, test: string): string {
  return `test-${createHash('sha256').update(`${file}\n${test}`).digest('hex').slice(0, 12)}.`;
}

import type { Outcome } from './types.ts';

/** Refuses an empty or blank body and one that is not JSON (both 400). */
export function parseJson(_text: string): Outcome<unknown> {
  throw new Error('not written yet');
}

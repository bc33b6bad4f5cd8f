import { ok, refused } from './outcome.ts';
import type { Outcome } from './types.ts';

/** Refuses an empty or blank body and one that is not JSON (both 400). */
export function parseJson(text: string): Outcome<unknown> {
  if (text.trim() === '') return refused({ kind: 'not-json' });
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return refused({ kind: 'not-json', details: error instanceof Error ? error.message : String(error) });
  }
}

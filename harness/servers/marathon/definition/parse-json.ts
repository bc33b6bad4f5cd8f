import { ok, refused } from './outcome.ts';
import type { Outcome } from './types.ts';

/** Objects and arrays within each other. What is read here is later walked by recursion, which deeper ones would exhaust. */
const deepestNesting = 500;

/** Refuses an empty or blank body, one that is not JSON and one that is nested too deeply (all 400). */
export function parseJson(text: string): Outcome<unknown> {
  if (text.trim() === '') return refused({ kind: 'not-json' });
  if (nestingOf(text) > deepestNesting) {
    return refused({ kind: 'not-json', details: `nested more than ${deepestNesting} levels deep` });
  }
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return refused({ kind: 'not-json', details: error instanceof Error ? error.message : String(error) });
  }
}

function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isInText) {
      if (character === '\\') at++;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}

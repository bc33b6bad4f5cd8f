import { RE2JS, RE2JSSyntaxException } from 're2js';

/** A pattern that must match the whole text, or why it is none. */
export type JavaPattern =
  | { readonly kind: 'pattern'; readonly matches: (text: string) => boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/** Longest pattern, in characters. */
const longestPattern = 1000;
/** Most that the length times the counted repetitions may come to; what is compiled grows with it. */
const largestSize = 20_000;
/** Compiled patterns that are kept: every offer is matched with the same few. */
const mostKept = 500;
const kept = new Map<string, JavaPattern>();

/**
 * A regular expression of Java's kind, as `String.matches` takes it. It is matched in a time linear in the text, whatever
 * the pattern is: a backtracking engine could be kept busy for ever by one app. That leaves out lookaround and
 * backreferences.
 */
export function javaPattern(pattern: string): JavaPattern {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  if (kept.size >= mostKept) kept.clear();
  const compiled = compile(pattern);
  kept.set(pattern, compiled);
  return compiled;
}

function compile(pattern: string): JavaPattern {
  if (pattern.length > longestPattern) return refused(`it is longer than ${longestPattern} characters`);
  if (pattern.length * repetitionsIn(pattern) > largestSize) return refused('it repeats too much');
  try {
    const compiled = RE2JS.compile(pattern);
    return { kind: 'pattern', matches: (text) => compiled.matches(text) };
  } catch (error) {
    const reason = error instanceof RE2JSSyntaxException ? error.getDescription() : undefined;
    return refused(reason ?? (error instanceof Error ? error.message : String(error)));
  }
}

/** The sum of all upper bounds, as 3 and 5 in `a{3}b{2,5}`. */
function repetitionsIn(pattern: string): number {
  return [...pattern.matchAll(/\{(\d+),?(\d*)\}/g)].reduce(
    (sum, [, from, to]) => sum + Number(to === '' ? from : to),
    0,
  );
}

function refused(reason: string): JavaPattern {
  return { kind: 'refused', reason };
}

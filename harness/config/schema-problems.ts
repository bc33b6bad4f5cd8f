import type { z } from 'zod';
import type { RuleProblem } from './rules.ts';

type Issue = z.core.$ZodIssue;

/** What a schema refused, one problem per wrong or unknown key. `knownKeys`: path pattern → the keys allowed there. */
export function schemaProblems(
  issues: readonly Issue[],
  knownKeys: Readonly<Record<string, readonly string[]>>,
): readonly RuleProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [describe(issue)];
    const known = knownKeysAt(issue.path, knownKeys);
    return issue.keys.map((key) => ({
      key: [...issue.path, key].join('.'),
      wrong: 'unknown key',
      write: suggestion(key, known),
    }));
  });
}

function describe(issue: Issue): RuleProblem {
  const key = issue.path.join('.');
  switch (issue.code) {
    case 'invalid_type':
      return { key, wrong: received(issue), write: withArticle(issue.expected) };
    case 'invalid_value':
      return {
        key,
        wrong: 'not a value known here',
        write: `one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}`,
      };
    case 'too_small':
      return {
        key,
        wrong: issue.origin === 'number' ? 'too small' : 'empty',
        write: hint(issue, `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`),
      };
    case 'too_big':
      return { key, wrong: 'too large', write: `at most ${issue.maximum}` };
    case 'invalid_key':
      return { key, wrong: 'not a name allowed here', write: hint(issue.issues[0], 'another name') };
    default:
      return { key, wrong: 'not allowed here', write: hint(issue, issue.message) };
  }
}

/** The schema's own messages say what to write after these openings. */
function hint(issue: Issue | undefined, otherwise: string): string {
  const own = /^(?:use|write|name) (.*)$/.exec(issue?.message ?? '');
  return own?.[1] ?? otherwise;
}

function received(issue: Issue): string {
  return / received undefined$/.test(issue.message)
    ? 'missing'
    : `has the wrong type (${/ received (.*)$/.exec(issue.message)?.[1] ?? 'another'})`;
}

function withArticle(type: string): string {
  switch (type) {
    case 'int':
      return 'an integer';
    case 'array':
      return 'an array: [ … ]';
    case 'object':
    case 'record':
      return 'an object: { … }';
    default:
      return `a ${type}`;
  }
}

function knownKeysAt(
  path: readonly PropertyKey[],
  knownKeys: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const matches = Object.entries(knownKeys).find(([pattern]) => {
    const parts = pattern === '' ? [] : pattern.split('.');
    return parts.length === path.length && parts.every((part, i) => part === '*' || part === String(path[i]));
  });
  return matches?.[1] ?? [];
}

function suggestion(key: string, known: readonly string[]): string {
  if (known.length === 0) return 'nothing here';
  const near = known.find((candidate) => distance(key.toLowerCase(), candidate.toLowerCase()) <= 2);
  return near === undefined ? `one of ${known.join(', ')}` : `"${near}" (known: ${known.join(', ')})`;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

import leven from 'leven';
import type { z } from 'zod';
import type { RuleProblem } from './rule-problem.ts';

type Issue = z.core.$ZodIssue;

/** What a schema refused, one problem per wrong or unknown key. `knownKeys`: path pattern → the keys allowed there. */
export function schemaProblems(
  issues: readonly Issue[],
  knownKeys: Readonly<Record<string, readonly string[]>>,
): readonly RuleProblem[] {
  return issues.flatMap(likeliest).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [describe(issue)];
    const known = knownKeysAt(issue.path, knownKeys);
    return issue.keys.map((key) => ({
      key: [...issue.path, key].join('.'),
      wrong: 'unknown key',
      write: suggestion(key, known),
    }));
  });
}

/** Of the forms a value may have, its writer meant the one that fits best; what is wrong with that one is told. */
function likeliest(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const attempts = issue.errors
    // A form of another type altogether was not meant.
    .filter((errors) => !errors.some(({ code, path }) => path.length === 0 && otherForm.has(code)))
    .toSorted((a, b) => a.length - b.length);
  const [best] = attempts;
  if (best === undefined || (attempts.length > 1 && attempts[1]?.length === best.length)) return [issue];
  return best.flatMap((inner) => likeliest({ ...inner, path: [...issue.path, ...inner.path] } as Issue));
}

const otherForm: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value']);

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

/** The value itself is in the issue: the schema is asked to report its input. */
function received({ input }: Issue): string {
  if (input === undefined) return 'missing';
  const type = Array.isArray(input) ? 'array' : input === null ? 'null' : typeof input;
  return `has the wrong type (${type})`;
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
  const near = nearest(key.toLowerCase(), known);
  return near === undefined ? `one of ${known.join(', ')}` : `"${near}" (known: ${known.join(', ')})`;
}

/** The key that was probably meant: one a few letters away, or the one that the other is a longer word for. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const byDistance = known
    .map((candidate) => ({ candidate, letters: leven(key, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.letters - b.letters);
  const [best] = byDistance;
  if (best !== undefined && best.letters <= 2) return best.candidate;
  return known.find((candidate) => candidate.length > 2 && key.startsWith(candidate.toLowerCase()));
}

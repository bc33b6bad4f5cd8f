import { compareListsByRules, type Terms } from './compare-lists.ts';
import { judgeAll, judgeText, type Refusal } from './judge-text.ts';
import type { NamedValues } from './match-values.ts';

const listHeaders = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'access-control-request-headers',
  'allow',
  'cache-control',
  'if-match',
  'if-none-match',
  'vary',
]);

/** The values of one header line: those that HTTP defines as lists are split at commas, and no others. */
export function readHeader(name: string, line: string): string[] {
  return listHeaders.has(name.toLowerCase()) ? line.split(',').map((part) => part.trim()) : [line.trim()];
}

/** Where headers differ from what is expected; names of `actual` are in lower case. Further headers may be there. */
export function mismatchesOfHeaders(expected: NamedValues, actual: NamedValues, terms: Terms): string[] {
  return [...expected].flatMap(([name, values]) => {
    const given = actual.get(name.toLowerCase());
    if (given === undefined) return [`header ${name}: missing`];
    return mismatchesOfOne(name, values, given, terms);
  });
}

function mismatchesOfOne(
  name: string,
  expected: readonly string[],
  actual: readonly string[],
  terms: Terms,
): string[] {
  const path = [name.toLowerCase()];
  if (expected.length === 0) {
    return actual.length === 0
      ? []
      : [`header ${name}: expected to be empty, but it was ${actual.join(', ')}`];
  }
  const compare = (place: readonly string[], wanted: string, given: string): string[] => {
    const refusal = judgeHeader(name, place, wanted.trim(), given.trim(), terms);
    return refusal === undefined ? [] : [`header ${name}: expected ${refusal}, but it was ${given}`];
  };
  if (expected.length === 1 && actual.length === 1)
    return compare([...path, '0'], expected[0] ?? '', actual[0] ?? '');
  const rules = terms.rules.select(path);
  if (rules !== undefined)
    return compareListsByRules(rules, { path, expected, actual, terms, same: Object.is, compare });
  const count = Math.max(expected.length, actual.length);
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const given = actual[index];
    const wanted = expected[index] ?? '';
    return given === undefined
      ? [`header ${name}: expected ${wanted} too, but there were ${actual.length} values`]
      : compare([...path, String(index)], wanted, given);
  });
}

/** Judges one value of a header: by rules, by its parameters, or letter by letter but for spaces at commas. */
export function judgeHeader(
  name: string,
  place: readonly string[],
  expected: string,
  actual: string,
  terms: Terms,
): Refusal {
  const rules = terms.rules.select(place);
  if (rules !== undefined)
    return judgeAll(rules, (rule, cascaded) => judgeText(rule, actual, expected, cascaded));
  const matches = ['accept', 'content-type'].includes(name.toLowerCase())
    ? sameWithParameters(expected, actual)
    : spaced(expected) === spaced(actual);
  return matches ? undefined : expected;
}

/** `application/json` is also said as `application/json; charset=utf-8`: only expected parameters count. */
function sameWithParameters(expected: string, actual: string): boolean {
  const [wanted = '', ...wantedParameters] = parts(expected);
  const [given = '', ...givenParameters] = parts(actual);
  const known = new Map(givenParameters.map(parameter));
  return (
    wanted === given &&
    wantedParameters
      .map(parameter)
      .every(([name, value]) => known.get(name)?.toLowerCase() === value.toLowerCase())
  );
}

function parts(value: string): string[] {
  return value
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parameter(written: string): readonly [string, string] {
  const at = written.indexOf('=');
  return at < 0 ? [written, ''] : [written.slice(0, at).trim(), written.slice(at + 1).trim()];
}

function spaced(value: string): string {
  return value
    .split(',')
    .map((part) => part.trim())
    .join(',');
}

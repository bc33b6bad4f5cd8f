import { compareListsByRules, type Terms } from './compare-lists.ts';
import { judgeAll, judgeText } from './judge-text.ts';

/** Values by name, each any number of times: a query or the fields of a form. */
export type NamedValues = ReadonlyMap<string, readonly string[]>;

/** Where a query or a form differs from what is expected. `what` names one value in sentences: `query`, `form field`. */
export function mismatchesOfValues(
  what: string,
  expected: NamedValues,
  actual: NamedValues,
  terms: Terms,
): string[] {
  const named = [...expected].flatMap(([name, values]) => {
    const given = actual.get(name);
    if (given === undefined) return [`${what} ${name}: missing`];
    return mismatchesOfOne(name, values, given, terms).map((mismatch) => `${what} ${mismatch}`);
  });
  const unexpected = [...actual.keys()].filter((name) => !expected.has(name));
  return [...named, ...unexpected.map((name) => `${what} ${name}: not expected`)];
}

function mismatchesOfOne(
  name: string,
  expected: readonly string[],
  actual: readonly string[],
  terms: Terms,
): string[] {
  const rules = terms.rules.select([name]);
  const compare = (path: readonly string[], wanted: string, given: string): string[] => {
    const own = terms.rules.select(path);
    const refusal =
      own === undefined
        ? judgeText({ kind: 'equality' }, given, wanted)
        : judgeAll(own, (rule, cascaded) => judgeText(rule, given, wanted, cascaded));
    return refusal === undefined ? [] : [`${name}: expected ${refusal}, but it was ${JSON.stringify(given)}`];
  };
  if (rules !== undefined) {
    const lists = { path: [name], expected, actual, terms, same: Object.is, compare };
    return compareListsByRules(rules, lists).map((sentence) => sentence.replace(`$.${name}`, name));
  }
  const count =
    expected.length === actual.length
      ? []
      : [`${name}: expected ${expected.length} values, but there were ${actual.length}`];
  return [
    ...count,
    ...expected
      .slice(0, actual.length)
      .flatMap((value, index) => compare([name, String(index)], value, actual[index] ?? '')),
  ];
}

/** Reads a query string, or a form, in the order of its names. A name without `=` has an empty value. */
export function readValues(text: string): NamedValues {
  const values = new Map<string, string[]>();
  for (const part of text.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = decode(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? '' : decode(part.slice(at + 1));
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

/** What is not percent-encoded UTF-8 stays as it is written. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ').replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    return text;
  }
}

import { judgeCollection } from './judge-json.ts';
import { showPath } from './path-expression.ts';
import type { Rule } from './rule-tree.ts';
import { RuleTree, type SelectedRules } from './rule-tree.ts';

/** Whether keys that the example does not name may be there: as Pact has it, not in requests, but in what is answered or sent. */
export type FurtherKeys = 'refused' | 'allowed';

/** What stays the same on the way down a body, a query or headers. */
export interface Terms {
  readonly rules: RuleTree;
  readonly furtherKeys: FurtherKeys;
}

/** Compares two elements at a place: one sentence for each difference. */
export type Compare<T> = (path: readonly string[], expected: T, actual: T, terms: Terms) => string[];

interface Lists<T> {
  readonly path: readonly string[];
  readonly expected: readonly T[];
  readonly actual: readonly T[];
  readonly terms: Terms;
  readonly same: (a: T, b: T) => boolean;
  readonly compare: Compare<T>;
}

/** Compares lists by the rules that apply to them; an empty example says nothing of the elements. */
export function compareListsByRules<T>(rules: SelectedRules, lists: Lists<T>): string[] {
  if (lists.expected.length === 0) return [];
  const results = rules.rules.map((rule) => byRule(rule, rules.cascaded, lists));
  if (rules.combine === 'OR' && results.some((result) => result.length === 0)) return [];
  return results.flat();
}

function byRule<T>(rule: Rule, cascaded: boolean, lists: Lists<T>): string[] {
  const { path, expected, actual, same } = lists;
  if (rule.kind === 'arrayContains') return missingVariants(rule, lists);
  if (rule.kind === 'eachValue')
    return cascaded ? [] : compareElements({ ...lists, terms: eachValueTerms(rule, path, lists.terms) });
  const equalsExample =
    expected.length === actual.length && expected.every((one, index) => same(one, actual[index] as T));
  const refusal = judgeCollection(rule, { kind: 'list', length: actual.length, equalsExample }, cascaded);
  const whole =
    refusal === undefined ? [] : [`${showPath(path)}: expected ${refusal}, but there were ${actual.length}`];
  return [...whole, ...compareElements(lists)];
}

/** The rules for the elements of a list or an object under `eachValue`: those of the matcher alone. */
export function eachValueTerms(
  rule: Extract<Rule, { kind: 'eachKey' | 'eachValue' }>,
  path: readonly string[],
  terms: Terms,
): Terms {
  const elements = [...path.map((field) => ({ field })), 'any'] as const;
  return { ...terms, rules: new RuleTree([[elements, { combine: 'AND', rules: rule.rules }]]) };
}

function missingVariants<T>(rule: Extract<Rule, { kind: 'arrayContains' }>, lists: Lists<T>): string[] {
  const { path, expected, actual, terms, compare } = lists;
  const variants =
    rule.variants.length > 0
      ? rule.variants
      : expected.map((_, index) => ({
          index,
          rules: new RuleTree([[[], { combine: 'AND', rules: [{ kind: 'equality' }] }]]),
        }));
  return variants.flatMap(({ index, rules }) => {
    const example = expected[index];
    if (example === undefined)
      return [`${showPath(path)}: the pact's own example has no element ${index} to look for`];
    const found = actual.some((one) => compare([], example, one, { ...terms, rules }).length === 0);
    return found
      ? []
      : [
          `${showPath(path)}: expected an element as in ${showPath([...path, String(index)])} of the example, but there was none`,
        ];
  });
}

/** Elements beyond the example are compared with its first one. */
function compareElements<T>({ path, expected, actual, terms, compare }: Lists<T>): string[] {
  const count = Math.max(expected.length, actual.length);
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const place = [...path, String(index)];
    const example = (index < expected.length ? expected[index] : expected[0]) as T;
    if (index < actual.length) return compare(place, example, actual[index] as T, terms);
    return terms.rules.select(place) === undefined ? [`${showPath(place)}: missing`] : [];
  });
}

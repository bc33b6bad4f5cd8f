import { compareListsByRules, eachValueTerms, type Terms } from './compare-lists.ts';
import { isList, isObject, type Json, type JsonObject, sameJson, typeName, writeJson } from './json.ts';
import { judgeCollection, judgeJson } from './judge-json.ts';
import { judgeAll, judgeText } from './judge-text.ts';
import { showPath } from './path-expression.ts';
import type { Rule } from './rule-tree.ts';

/** Where a JSON value differs from what is expected, one sentence per place. */
export function mismatchesOfJson(
  path: readonly string[],
  expected: Json,
  actual: Json,
  terms: Terms,
): string[] {
  if (isObject(expected)) {
    return isObject(actual)
      ? compareObjects({ path, expected, actual, terms })
      : [otherType(path, expected, actual)];
  }
  if (isList(expected)) {
    return isList(actual) ? compareLists(path, expected, actual, terms) : [otherType(path, expected, actual)];
  }
  const rules = terms.rules.select(path);
  if (rules === undefined) {
    return sameJson(actual, expected) ? [] : [sentence(path, writeJson(expected), actual)];
  }
  const refusal = judgeAll(rules, (rule) => judgeJson(rule, actual, expected));
  return refusal === undefined ? [] : [sentence(path, refusal, actual)];
}

interface Objects {
  readonly path: readonly string[];
  readonly expected: JsonObject;
  readonly actual: JsonObject;
  readonly terms: Terms;
}

function compareObjects(objects: Objects): string[] {
  const { path, expected, actual, terms } = objects;
  if (
    Object.keys(expected).length === 0 &&
    terms.furtherKeys === 'refused' &&
    Object.keys(actual).length > 0
  ) {
    return Object.keys(actual).map((key) => `${showPath([...path, key])}: not expected`);
  }
  const rules = terms.rules.select(path);
  if (rules === undefined) return [...compareKeys(objects), ...compareValues(objects)];
  return [...new Set(rules.rules.flatMap((rule) => byRule(rule, rules.cascaded, objects)))];
}

function byRule(rule: Rule, cascaded: boolean, objects: Objects): string[] {
  const { path, expected, actual, terms } = objects;
  if (!cascaded && (rule.kind === 'values' || rule.kind === 'eachValue' || rule.kind === 'arrayContains')) {
    return compareFreeKeys({
      ...objects,
      terms: rule.kind === 'eachValue' ? eachValueTerms(rule, path, terms) : terms,
    });
  }
  const equalsExample = sameJson(expected, actual);
  const refusal = judgeCollection(
    rule,
    { kind: 'object', length: Object.keys(actual).length, equalsExample },
    cascaded,
  );
  return [
    ...(refusal === undefined ? [] : [sentence(path, refusal, actual)]),
    ...compareKeys(objects),
    ...compareValues(objects),
  ];
}

/** Keys may be any; values without an example of their own are compared with that of the first key. */
function compareFreeKeys({ path, expected, actual, terms }: Objects): string[] {
  const [first] = Object.keys(expected).sort();
  if (first === undefined) return [];
  return Object.keys(actual).flatMap((key) => {
    const example = Object.hasOwn(expected, key) ? key : first;
    return mismatchesOfJson([...path, key], expected[example] ?? null, actual[key] ?? null, terms);
  });
}

function compareKeys({ path, expected, actual, terms }: Objects): string[] {
  const direct = terms.rules.exact(path).flatMap(({ rules }) => rules);
  const free = direct.some(({ kind }) => kind === 'values' || kind === 'eachValue' || kind === 'eachKey');
  const missing = Object.keys(expected).filter((key) => !Object.hasOwn(actual, key));
  const further =
    terms.furtherKeys === 'refused' ? Object.keys(actual).filter((key) => !Object.hasOwn(expected, key)) : [];
  const keyRules = direct.flatMap((rule) => (rule.kind === 'eachKey' ? rule.rules : []));
  return [
    ...(free ? [] : missing.map((key) => `${showPath([...path, key])}: missing`)),
    ...(free ? [] : further.map((key) => `${showPath([...path, key])}: not expected`)),
    ...Object.keys(actual).flatMap((key) =>
      keyRules.flatMap((rule) => {
        const refusal = judgeText(rule, key, '');
        return refusal === undefined
          ? []
          : [`${showPath(path)}: expected the key ${refusal}, but it was ${JSON.stringify(key)}`];
      }),
    ),
  ];
}

function compareValues({ path, expected, actual, terms }: Objects): string[] {
  return Object.keys(expected)
    .filter((key) => Object.hasOwn(actual, key))
    .flatMap((key) => mismatchesOfJson([...path, key], expected[key] ?? null, actual[key] ?? null, terms));
}

function compareLists(
  path: readonly string[],
  expected: readonly Json[],
  actual: readonly Json[],
  terms: Terms,
): string[] {
  const rules = terms.rules.select(path);
  if (rules !== undefined) {
    return [
      ...new Set(
        compareListsByRules(rules, {
          path,
          expected,
          actual,
          terms,
          same: sameJson,
          compare: mismatchesOfJson,
        }),
      ),
    ];
  }
  const elements = expected
    .slice(0, actual.length)
    .flatMap((one, index) => mismatchesOfJson([...path, String(index)], one, actual[index] ?? null, terms));
  if (expected.length === actual.length) return elements;
  return [
    `${showPath(path)}: expected ${expected.length} elements, but there were ${actual.length}`,
    ...elements,
  ];
}

function otherType(path: readonly string[], expected: Json, actual: Json): string {
  return sentence(path, `${typeName(expected) === 'number' ? 'a' : 'an'} ${typeName(expected)}`, actual);
}

function sentence(path: readonly string[], wanted: string, actual: Json): string {
  return `${showPath(path)}: expected ${wanted}, but it was ${preview(actual)}`;
}

function preview(value: Json): string {
  const text = writeJson(value);
  return text.length > 120 ? `${typeName(value)} ${text.slice(0, 117)}…` : text;
}

import { isObject, judgeValue, same, typeName } from './matchers.ts';
import { anyStep, type BodyRule, type PathStep, type RuleSet } from './matching-rules.ts';

/** Whether keys that the example does not name may be there: as Pact has it, not in requests, but in what is answered or sent. */
export type FurtherKeys = 'refused' | 'allowed';

/** What stays the same on the way down. */
interface Terms {
  readonly rules: readonly BodyRule[];
  readonly furtherKeys: FurtherKeys;
}

/** Where a JSON body differs from what is expected, one sentence per place. */
export function mismatchesOfBody(
  expected: unknown,
  actual: unknown,
  rules: readonly BodyRule[],
  furtherKeys: FurtherKeys,
): string[] {
  return compare(expected, actual, [], { rules, furtherKeys });
}

function compare(expected: unknown, actual: unknown, path: readonly PathStep[], terms: Terms): string[] {
  const applying = rulesAt(path, terms.rules);
  if (applying !== undefined) {
    const refusal = judgeValue(applying, actual, expected);
    if (refusal !== undefined) return [`${show(path)}: expected ${refusal}, but it was ${preview(actual)}`];
    if (!descends(applying)) return [];
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return compareArrays({ expected, actual, path, terms, byType: applying !== undefined });
  }
  if (isObject(expected) && isObject(actual)) return compareObjects({ expected, actual, path, terms });
  if (applying !== undefined || same(expected, actual)) return [];
  return [`${show(path)}: expected ${preview(expected)}, but it was ${preview(actual)}`];
}

function compareArrays(input: {
  readonly expected: readonly unknown[];
  readonly actual: readonly unknown[];
  readonly path: readonly PathStep[];
  readonly terms: Terms;
  /** The length is free, and elements that the example has none for are compared with its last one. */
  readonly byType: boolean;
}): string[] {
  const { expected, actual, path, terms, byType } = input;
  if (!byType && expected.length !== actual.length) {
    return [`${show(path)}: expected ${expected.length} elements, but there were ${actual.length}`];
  }
  if (expected.length === 0) return [];
  return actual.flatMap((item, index) =>
    compare(index < expected.length ? expected[index] : expected.at(-1), item, [...path, index], terms),
  );
}

function compareObjects(input: {
  readonly expected: Readonly<Record<string, unknown>>;
  readonly actual: Readonly<Record<string, unknown>>;
  readonly path: readonly PathStep[];
  readonly terms: Terms;
}): string[] {
  const { expected, actual, path, terms } = input;
  const missing = Object.keys(expected).filter((key) => !(key in actual));
  const further = Object.keys(actual).filter((key) => !(key in expected));
  const unexpected = terms.furtherKeys === 'refused' ? further : [];
  return [
    ...missing.map((key) => `${show([...path, key])}: missing`),
    ...unexpected.map((key) => `${show([...path, key])}: not expected`),
    ...Object.keys(expected)
      .filter((key) => key in actual)
      .flatMap((key) => compare(expected[key], actual[key], [...path, key], terms)),
  ];
}

/** The most specific rules for a path: its own, else those of the nearest parent, whose length limits stay with it. */
function rulesAt(path: readonly PathStep[], rules: readonly BodyRule[]): RuleSet | undefined {
  const [best] = rules
    .filter((rule) => leadsTo(rule.path, path))
    .sort((a, b) => b.path.length - a.path.length || wildcards(a) - wildcards(b));
  if (best === undefined || best.path.length === path.length) return best?.rules;
  const cascading = best.rules.matchers.filter(({ match }) => match === 'type');
  if (cascading.length === 0) return undefined;
  return { combine: best.rules.combine, matchers: cascading.map(({ match }) => ({ match })) };
}

function leadsTo(rule: readonly PathStep[], path: readonly PathStep[]): boolean {
  return (
    rule.length <= path.length &&
    rule.every((step, index) => step === anyStep || String(step) === String(path[index]))
  );
}

function wildcards(rule: BodyRule): number {
  return rule.path.filter((step) => step === anyStep).length;
}

/** Rules about kind and length leave what is inside to be compared; the others have judged it all. */
function descends(rules: RuleSet): boolean {
  return rules.matchers.every(({ match }) => match === 'type' || match === 'notEmpty');
}

function show(path: readonly PathStep[]): string {
  return `$${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`;
}

function preview(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 120 ? `${typeName(value)} ${text.slice(0, 117)}…` : text;
}

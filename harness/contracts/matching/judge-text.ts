import { matchesContentType } from './content-signature.ts';
import { matchesDatePattern } from './date-pattern.ts';
import { readPattern } from './pattern.ts';
import type { Rule, SelectedRules } from './rule-tree.ts';

/** What was expected instead of a value; undefined when the value is right. */
export type Refusal = string | undefined;

const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-((0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?(\+[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$/;

/** A number as Rust reads it. */
const decimal = /^[+-]?(?:inf|infinity|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

/** Judges text, whose type the text itself does not tell: paths, queries, headers, names of keys, plain bodies. */
export function judgeText(rule: Rule, actual: string, expected: string, cascaded = false): Refusal {
  switch (rule.kind) {
    case 'equality':
    case 'values':
      return actual === expected ? undefined : JSON.stringify(expected);
    case 'type':
      return undefined;
    case 'number':
    case 'decimal':
      return decimal.test(actual) ? undefined : 'a number';
    case 'integer':
      return /^\+?\d+$/.test(actual) && BigInt(actual) < 2n ** 64n ? undefined : 'an integer';
    case 'boolean':
      return actual === 'true' || actual === 'false' ? undefined : 'a boolean';
    case 'notEmpty':
      return actual === '' ? 'not to be empty' : undefined;
    case 'statusCode':
      return /^\d{1,5}$/.test(actual) ? judgeStatus(rule.status, Number(actual)) : 'a status code';
    case 'contentType':
      return matchesContentType(Buffer.from(actual), rule.type)
        ? undefined
        : `content of the type ${rule.type}`;
    case 'regex':
    case 'include':
    case 'semver':
    case 'date':
    case 'time':
    case 'datetime':
      return judgeWording(rule, actual);
    case 'null':
    case 'arrayContains':
      return `something that ${rule.kind} can judge`;
    case 'eachKey':
    case 'eachValue':
    case 'unknown':
      return cascaded
        ? undefined
        : `something that ${rule.kind === 'unknown' ? rule.name : rule.kind} can judge`;
  }
}

type WordingRule = Extract<Rule, { kind: 'regex' | 'include' | 'semver' | 'date' | 'time' | 'datetime' }>;

/** Rules about how a text is written, which mean the same wherever the text stands. */
export function judgeWording(rule: WordingRule, actual: string): Refusal {
  switch (rule.kind) {
    case 'regex':
      return readPattern(rule.pattern)?.matches(actual) ? undefined : `to match ${rule.pattern}`;
    case 'include':
      return actual.includes(rule.text) ? undefined : `to include ${JSON.stringify(rule.text)}`;
    case 'semver':
      return semver.test(actual) ? undefined : 'a semantic version';
    default:
      return matchesDatePattern(rule.format, actual) ? undefined : `a ${rule.kind} as ${rule.format}`;
  }
}

/** Judges one value by all rules that apply to it, joined as they say. */
export function judgeAll(rules: SelectedRules, judge: (rule: Rule, cascaded: boolean) => Refusal): Refusal {
  const refusals = rules.rules.map((rule) => judge(rule, rules.cascaded));
  const refused = refusals.filter((refusal) => refusal !== undefined);
  const satisfied = rules.combine === 'OR' ? refused.length < refusals.length : refused.length === 0;
  return satisfied || refusals.length === 0
    ? undefined
    : refused.join(rules.combine === 'OR' ? ' or ' : ' and ');
}

const statusClasses: Readonly<Record<string, readonly [number, number]>> = {
  info: [100, 199],
  success: [200, 299],
  redirect: [300, 399],
  clientError: [400, 499],
  serverError: [500, 599],
  nonError: [0, 399],
  error: [400, 999],
};

function judgeStatus(wanted: unknown, status: number): Refusal {
  if (Array.isArray(wanted)) return wanted.includes(status) ? undefined : `a status of ${wanted.join(', ')}`;
  const [low, high] = statusClasses[String(wanted)] ?? [200, 299];
  return status >= low && status <= high ? undefined : `a status of the kind ${wanted ?? 'success'}`;
}

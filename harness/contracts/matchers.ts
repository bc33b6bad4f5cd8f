import { matchesDateFormat } from './date-format.ts';
import type { Matcher, RuleSet } from './matching-rules.ts';

/** Judges one value: undefined when it fits, else what was expected of it. */
type Judge = (actual: unknown, expected: unknown, matcher: Matcher) => string | undefined;

const anyNumber: Judge = (actual) => (typeof actual === 'number' ? undefined : 'a number');
const integer: Judge = (actual) => (Number.isInteger(actual) ? undefined : 'an integer');
const date =
  (kind: string, format: string): Judge =>
  (actual, _expected, matcher) => {
    // Version 2 writes `{"match": "date", "date": "yyyy-MM-dd"}`, later ones `format`.
    const wanted = String(matcher.format ?? matcher[kind] ?? format);
    return typeof actual === 'string' && matchesDateFormat(wanted, actual)
      ? undefined
      : `a ${kind} as ${wanted}`;
  };
const dateTime = date('timestamp', "yyyy-MM-dd'T'HH:mm:ss");

const judges: Readonly<Record<string, Judge>> = {
  type: (actual, expected, matcher) =>
    typeName(actual) === typeName(expected) ? ofLength(actual, matcher) : `${article(typeName(expected))}`,
  regex: (actual, _expected, matcher) =>
    new RegExp(`^(?:${matcher.regex})$`, 'u').test(asText(actual)) ? undefined : `to match ${matcher.regex}`,
  equality: (actual, expected) => (same(actual, expected) ? undefined : JSON.stringify(expected)),
  include: (actual, _expected, matcher) =>
    asText(actual).includes(String(matcher.value))
      ? undefined
      : `to include ${JSON.stringify(matcher.value)}`,
  number: anyNumber,
  integer,
  // JSON does not keep `10.0`, so an integer may be a decimal that lost its zero.
  decimal: anyNumber,
  boolean: (actual) => (typeof actual === 'boolean' ? undefined : 'a boolean'),
  null: (actual) => (actual === null ? undefined : 'null'),
  date: date('date', 'yyyy-MM-dd'),
  time: date('time', 'HH:mm:ss'),
  datetime: dateTime,
  timestamp: dateTime,
  notEmpty: (actual) =>
    actual === null || actual === '' || lengthOf(actual) === 0 ? 'not to be empty' : undefined,
  semver: (actual) => (/^\d+\.\d+\.\d+([-+].+)?$/.test(asText(actual)) ? undefined : 'a semantic version'),
};

/** Whether this engine can apply a matcher; a stub refuses a pact with others rather than guess. */
export function isKnownMatcher(name: string): boolean {
  return Object.hasOwn(judges, name);
}

/** What the rules expected of a value, or undefined when it satisfies them. Values from URLs and headers are text. */
export function judgeValue(rules: RuleSet, actual: unknown, expected: unknown): string | undefined {
  const refusals = rules.matchers.map((matcher) => judges[matcher.match]?.(actual, expected, matcher));
  const refused = refusals.filter((refusal) => refusal !== undefined);
  const satisfied = rules.combine === 'OR' ? refused.length < refusals.length : refused.length === 0;
  return satisfied || refusals.length === 0
    ? undefined
    : refused.join(rules.combine === 'OR' ? ' or ' : ' and ');
}

/** Rules for text of which the example says nothing about its type: an `integer` query parameter arrives as `"7"`. */
export function judgeText(rules: RuleSet, actual: string, expected: string): string | undefined {
  const numeric = rules.matchers.some((matcher) => ['number', 'integer', 'decimal'].includes(matcher.match));
  return judgeValue(rules, numeric && actual.trim() !== '' ? Number(actual) : actual, expected);
}

/** Equality of JSON values: keys in any order. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
  }
  return a === b;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function ofLength(actual: unknown, { min, max }: Matcher): string | undefined {
  const length = lengthOf(actual);
  if (length === undefined) return undefined;
  if (typeof min === 'number' && length < min) return `at least ${min} elements`;
  if (typeof max === 'number' && length > max) return `at most ${max} elements`;
  return undefined;
}

function lengthOf(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function article(name: string): string {
  return name === 'null' ? name : /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

import { mismatchesOfBody } from './match-body.ts';
import { isKnownMatcher, judgeText } from './matchers.ts';
import type { MatchingRules, RuleSet } from './matching-rules.ts';
import type { ExpectedRequest, PactMessage } from './pact.ts';

/** A request as it came in. */
export interface ReceivedRequest {
  /** Upper case. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where a request differs from what a pact expects; empty when it matches. Headers the pact does not name may be there. */
export function mismatchesOf(expected: ExpectedRequest, actual: ReceivedRequest): string[] {
  return [
    ...(expected.method === actual.method
      ? []
      : [`method: expected ${expected.method}, but it was ${actual.method}`]),
    ...mismatchOfText('path', expected.path, actual.path, expected.rules.path),
    ...mismatchesOfQuery(expected, actual),
    ...mismatchesOfHeaders(expected, actual),
    ...mismatchesOfContent(expected, actual),
  ];
}

/** Where the body of a request that carries a message differs from what its consumer expects. */
export function mismatchesOfMessage(expected: PactMessage, actual: ReceivedRequest): string[] {
  if (expected.contents.kind !== 'json') return [];
  const value = readJson(actual.body);
  if (value === undefined)
    return [`message: expected JSON, but it was ${actual.body.slice(0, 60) || 'empty'}`];
  return mismatchesOfBody(expected.contents.value, value.json, expected.rules.body, 'allowed').map(
    (mismatch) => `message ${mismatch}`,
  );
}

/** Matchers in a request's rules that this engine cannot apply. */
export function unknownMatchers(rules: MatchingRules): string[] {
  const sets = [
    ...(rules.path === undefined ? [] : [rules.path]),
    ...Object.values(rules.query),
    ...Object.values(rules.headers),
    ...rules.body.map((rule) => rule.rules),
  ];
  const names = sets.flatMap((set) => set.matchers.map((matcher) => matcher.match));
  return [...new Set(names.filter((name) => !isKnownMatcher(name)))];
}

function mismatchOfText(
  what: string,
  expected: string,
  actual: string,
  rules: RuleSet | undefined,
): string[] {
  const refusal = rules === undefined ? undefined : judgeText(rules, actual, expected);
  if (refusal !== undefined) return [`${what}: expected ${refusal}, but it was ${actual}`];
  if (rules !== undefined || expected === actual) return [];
  return [`${what}: expected ${expected}, but it was ${actual}`];
}

function mismatchesOfQuery(expected: ExpectedRequest, actual: ReceivedRequest): string[] {
  const unexpected = Object.keys(actual.query).filter((name) => !(name in expected.query));
  const named = Object.entries(expected.query).flatMap(([name, values]) => {
    const given = actual.query[name];
    if (given === undefined) return [`query ${name}: missing`];
    const rules = expected.rules.query[name];
    if (rules === undefined && values.length !== given.length) {
      return [`query ${name}: expected ${values.length} values, but there were ${given.length}`];
    }
    return given.flatMap((value, index) =>
      mismatchOfText(`query ${name}`, values[index] ?? values.at(-1) ?? '', value, rules),
    );
  });
  return [...named, ...unexpected.map((name) => `query ${name}: not expected`)];
}

function mismatchesOfHeaders(expected: ExpectedRequest, actual: ReceivedRequest): string[] {
  return Object.entries(expected.headers).flatMap(([name, values]) => {
    const wanted = values.join(', ');
    const given = actual.headers[name.toLowerCase()];
    if (given === undefined) return [`header ${name}: missing`];
    const rules = expected.rules.headers[name.toLowerCase()];
    if (rules !== undefined) return mismatchOfText(`header ${name}`, wanted, given, rules);
    const matches = sameMediaType(name, wanted, given) || normalise(wanted) === normalise(given);
    return matches ? [] : [`header ${name}: expected ${wanted}, but it was ${given}`];
  });
}

/** `application/json` is also said as `application/json; charset=utf-8`. */
function sameMediaType(header: string, expected: string, actual: string): boolean {
  if (!['content-type', 'accept'].includes(header.toLowerCase()) || expected.includes(';')) return false;
  return normalise(actual.split(';', 1)[0] ?? '') === normalise(expected);
}

function normalise(value: string): string {
  return value
    .split(',')
    .map((part) => part.trim())
    .join(', ')
    .toLowerCase();
}

function mismatchesOfContent(expected: ExpectedRequest, actual: ReceivedRequest): string[] {
  const { body, rules } = expected;
  switch (body.kind) {
    case 'absent':
      return [];
    case 'text':
      return body.text === actual.body ? [] : ['body: differs from the text in the pact'];
    case 'json': {
      const value = readJson(actual.body);
      if (value === undefined)
        return [`body: expected JSON, but it was ${actual.body.slice(0, 60) || 'empty'}`];
      return mismatchesOfBody(body.value, value.json, rules.body, 'refused').map(
        (mismatch) => `body ${mismatch}`,
      );
    }
  }
}

function readJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

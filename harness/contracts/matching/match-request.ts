import type { ExpectedRequest } from '../pact.ts';
import { judgeAll, judgeText } from './judge-text.ts';
import { mismatchesOfBody } from './match-body.ts';
import { mismatchesOfHeaders } from './match-headers.ts';
import { mismatchesOfValues } from './match-values.ts';
import type { ReceivedRequest } from './received-request.ts';

/** Where a request differs from what a pact expects; empty when it matches. Headers the pact does not name may be there. */
export function mismatchesOf(expected: ExpectedRequest, actual: ReceivedRequest): string[] {
  const { query, headers } = expected.rules;
  return [
    ...mismatchesOfTarget(expected, actual),
    ...mismatchesOfValues('query', expected.query, new Map(Object.entries(actual.query)), {
      rules: query,
      furtherKeys: 'refused',
    }),
    ...mismatchesOfHeaders(expected.headers, actual.headerValues, { rules: headers, furtherKeys: 'refused' }),
    ...mismatchesOfBody(expected, actual).map((mismatch) => `body ${mismatch}`),
  ];
}

/** The part of the comparison that is cheap, and that tells whether the rest is worth the while: method and path. */
export function mismatchesOfTarget(expected: ExpectedRequest, actual: ReceivedRequest): string[] {
  const method =
    expected.method === actual.method
      ? []
      : [`method: expected ${expected.method}, but it was ${actual.method}`];
  const rules = expected.rules.path;
  const refusal =
    rules === undefined
      ? judgeText({ kind: 'equality' }, actual.path, expected.path)
      : judgeAll({ ...rules, cascaded: false }, (rule) => judgeText(rule, actual.path, expected.path));
  if (refusal === undefined) return method;
  return [
    ...method,
    `path: expected ${rules === undefined ? expected.path : refusal}, but it was ${actual.path}`,
  ];
}

import { describe, expect, it } from 'vitest';
import type { ExpectedRequest } from '../pact.ts';
import { mismatchesOf } from './match-request.ts';
import type { ReceivedRequest } from './received-request.ts';
import { interactionWith, received } from './rig.ts';

const expected = (request: object): ExpectedRequest => interactionWith(request).request;

/** A request whose JSON body has one rule, in version 3. */
function bodyRule(body: unknown, path: string, ...matchers: readonly object[]): ExpectedRequest {
  return expected({ body, matchingRules: { body: { [path]: { combine: 'AND', matchers } } } });
}

function json(value: unknown): ReceivedRequest {
  return received({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
}

describe('mismatchesOf', () => {
  it.each([
    ['the method', expected({ method: 'POST' }), received({}), 'method: expected POST, but it was GET'],
    ['the path', expected({ path: '/a' }), received({ path: '/b' }), 'path: expected /a, but it was /b'],
    ['a missing query', expected({ query: { q: ['1'] } }), received({}), 'query q: missing'],
    ['a further query', expected({}), received({ query: 'q=1' }), 'query q: not expected'],
    ['a missing header', expected({ headers: { 'X-A': '1' } }), received({}), 'header X-A: missing'],
    ['a missing key', expected({ body: { a: 1 } }), json({}), 'body $.a: missing'],
    ['a further key', expected({ body: {} }), json({ a: 1 }), 'body $.a: not expected'],
    ['another value', expected({ body: { a: 1 } }), json({ a: 2 }), 'body $.a: expected 1, but it was 2'],
    [
      'a list of another length',
      expected({ body: [1] }),
      json([1, 2]),
      'body $: expected 1 elements, but there were 2',
    ],
    [
      'a body that is not JSON',
      expected({ body: {} }),
      received({ headers: { 'content-type': 'application/json' }, body: 'x' }),
      'body expected JSON, but it was x',
    ],
    [
      'a body of another type',
      expected({ body: { a: 1 } }),
      received({ headers: { 'content-type': 'text/plain' }, body: '{"a":1}' }),
      'body expected application/json, but it was text/plain',
    ],
  ])('names %s', (_what, pact, request, mismatch) => {
    expect(mismatchesOf(pact, request)).toEqual([mismatch]);
  });

  it('lets headers be there that the pact does not name, and says a media type as servers do', () => {
    const pact = expected({ headers: { 'Content-Type': 'application/json' } });
    const headers = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': '7' };
    expect(mismatchesOf(pact, received({ headers }))).toEqual([]);
  });

  it.each([
    ['version 2', { '$.path': { match: 'regex', regex: '/orders/\\d+' } }],
    ['version 3', { path: { matchers: [{ match: 'regex', regex: '/orders/\\d+' }] } }],
  ])('matches a path by expression, as a whole, in %s', (_version, matchingRules) => {
    const pact = expected({ path: '/orders/1', matchingRules });
    expect(mismatchesOf(pact, received({ path: '/orders/42' }))).toEqual([]);
    expect(mismatchesOf(pact, received({ path: '/orders/42/lines' }))).toHaveLength(1);
  });

  it('takes numbers in a query as text', () => {
    const pact = expected({
      query: { page: ['1'] },
      matchingRules: { query: { page: { matchers: [{ match: 'integer' }] } } },
    });
    expect(mismatchesOf(pact, received({ query: 'page=7' }))).toEqual([]);
    expect(mismatchesOf(pact, received({ query: 'page=x' }))).toHaveLength(1);
  });

  it.each([
    ['type', bodyRule({ a: 'x' }, '$.a', { match: 'type' }), { a: 'y' }, { a: 1 }],
    ['regex', bodyRule({ a: 'x1' }, '$.a', { match: 'regex', regex: 'x\\d' }), { a: 'x2' }, { a: 'x22' }],
    ['equality', bodyRule({ a: 1 }, '$.a', { match: 'equality' }), { a: 1 }, { a: 2 }],
    ['include', bodyRule({ a: 'x' }, '$.a', { match: 'include', value: 'x' }), { a: 'axb' }, { a: 'ab' }],
    ['integer', bodyRule({ a: 1 }, '$.a', { match: 'integer' }), { a: 2 }, { a: 2.5 }],
    ['decimal', bodyRule({ a: 1.5 }, '$.a', { match: 'decimal' }), { a: 2.25 }, { a: 2 }],
    ['boolean', bodyRule({ a: true }, '$.a', { match: 'boolean' }), { a: false }, { a: 0 }],
    [
      'datetime',
      bodyRule({ a: '' }, '$.a', { match: 'datetime', format: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" }),
      { a: '2026-11-22T12:15:13.250Z' },
      { a: '2026-13-22T12:15:13.250Z' },
    ],
    [
      'date',
      bodyRule({ a: '' }, '$.a', { match: 'date', format: 'yyyy-MM-dd' }),
      { a: '2026-01-31' },
      { a: '31.1.' },
    ],
    ['min', bodyRule({ a: [1] }, '$.a', { match: 'type', min: 1 }), { a: [2, 3] }, { a: [] }],
    ['max', bodyRule({ a: [1] }, '$.a', { match: 'type', max: 2 }), { a: [2, 3] }, { a: [1, 2, 3] }],
  ])('applies the rule %s', (_rule, pact, fits, doesNot) => {
    expect(mismatchesOf(pact, json(fits))).toEqual([]);
    expect(mismatchesOf(pact, json(doesNot))).toHaveLength(1);
  });

  it('compares every element of a list with the one example, down to the rules inside', () => {
    const pact = expected({
      body: { lines: [{ sku: 'a-1', quantity: 1 }] },
      matchingRules: {
        body: {
          '$.lines': { matchers: [{ match: 'type', min: 1 }] },
          '$.lines[*].sku': { matchers: [{ match: 'regex', regex: '[a-z]-\\d' }] },
        },
      },
    });
    expect(
      mismatchesOf(
        pact,
        json({
          lines: [
            { sku: 'b-2', quantity: 3 },
            { sku: 'c-3', quantity: 4 },
          ],
        }),
      ),
    ).toEqual([]);
    expect(
      mismatchesOf(
        pact,
        json({
          lines: [
            { sku: 'b-2', quantity: 3 },
            { sku: 'C', quantity: '4' },
          ],
        }),
      ),
    ).toEqual([
      'body $.lines[1].sku: expected to match [a-z]-\\d, but it was "C"',
      'body $.lines[1].quantity: expected a number, but it was "4"',
    ]);
  });

  it('lets the nearest rule win over its parents', () => {
    const pact = expected({
      body: { order: { id: 'a', state: 'placed' } },
      matchingRules: { '$.body': { match: 'type' }, '$.body.order.state': { match: 'equality' } },
    });
    expect(mismatchesOf(pact, json({ order: { id: 'b', state: 'placed' } }))).toEqual([]);
    expect(mismatchesOf(pact, json({ order: { id: 'b', state: 'lost' } }))).toHaveLength(1);
  });

  it('accepts one of several rules joined by OR', () => {
    const pact = expected({
      body: { a: null },
      matchingRules: {
        body: { '$.a': { combine: 'OR', matchers: [{ match: 'null' }, { match: 'integer' }] } },
      },
    });
    expect(mismatchesOf(pact, json({ a: 4 }))).toEqual([]);
    expect(mismatchesOf(pact, json({ a: 'x' }))).toHaveLength(1);
  });
});

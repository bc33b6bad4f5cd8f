import { expect, test } from 'vitest';
import { contractResult } from './contract-result.ts';
import { parsePact } from './parse-pact.ts';
import { readVerifierReport, type VerifierResult } from './verifier-report.ts';

const written = {
  consumer: { name: 'cart' },
  provider: { name: 'shop' },
  interactions: ['a', 'b', 'b'].map((description, index) => ({
    description,
    providerStates: [{ name: 's', params: { index } }],
    request: { method: 'GET', path: '/' },
    response: { status: 200 },
  })),
};
const file = {
  file: 'pacts/cart-shop.json',
  written,
  consumer: 'cart',
  provider: 'shop',
  content: { kind: 'sound', pact: parsePact(JSON.stringify(written), 'x') },
} as const;
const said = (description: string, passed: boolean, more: Partial<VerifierResult> = {}): VerifierResult => ({
  consumer: 'cart',
  description,
  states: ['s'],
  passed,
  pending: false,
  notAsked: false,
  differences: passed ? [] : ['status: expected 200 but was 500'],
  ...more,
});

test.each([
  [
    'every interaction passed',
    [said('a', true), said('b', true), said('b', true)],
    'pass',
    ['pass', 'pass', 'pass'],
  ],
  [
    'one was not replayed',
    [said('a', true), said('b', true)],
    'inconclusive',
    ['pass', 'pass', 'inconclusive'],
  ],
  ['nothing was replayed', [], 'inconclusive', ['inconclusive', 'inconclusive', 'inconclusive']],
  ['one failed', [said('a', true), said('b', true), said('b', false)], 'fail', ['pass', 'pass', 'fail']],
  [
    'one failed that is pending',
    [said('a', false, { pending: true }), said('b', true), said('b', true)],
    'pending',
    ['pending', 'pass', 'pass'],
  ],
  [
    'the provider could not be asked',
    [said('a', false, { notAsked: true }), said('b', true), said('b', true)],
    'inconclusive',
    ['inconclusive', 'pass', 'pass'],
  ],
  [
    'another consumer was verified',
    [said('a', true, { consumer: 'desk' })],
    'inconclusive',
    ['inconclusive', 'inconclusive', 'inconclusive'],
  ],
  [
    'the states are others',
    [said('a', true, { states: [] }), said('b', true), said('b', true)],
    'inconclusive',
    ['inconclusive', 'pass', 'pass'],
  ],
] as const)('when %s', (_what, results, outcome, interactions) => {
  const found = contractResult(file, results);
  expect(found.outcome).toBe(outcome);
  expect(found.interactions.map((one) => one.outcome)).toEqual(interactions);
});

test('the report of the verifier is read as it writes it', () => {
  const report = {
    interactionResults: [
      { consumer: 'cart', description: 'ok', pending: false, providerStates: ['s'], result: 'OK' },
      {
        consumer: 'cart',
        description: 'bad',
        pending: true,
        providerStates: [],
        result: 'Error',
        mismatch: {
          type: 'mismatches',
          mismatches: [
            { type: 'StatusMismatch', mismatch: 'expected 404 but was 500' },
            { type: 'BodyMismatch', mismatch: 'Actual map is missing the key: error', path: '$' },
          ],
        },
      },
      {
        consumer: 'cart',
        description: 'state',
        result: 'Error',
        mismatch: { type: 'error', message: 'State change failed' },
      },
    ],
  };
  expect(readVerifierReport(JSON.stringify(report))).toEqual([
    said('ok', true),
    {
      consumer: 'cart',
      description: 'bad',
      states: [],
      passed: false,
      pending: true,
      notAsked: false,
      differences: ['status: expected 404 but was 500', 'body $: Actual map is missing the key: error'],
    },
    {
      consumer: 'cart',
      description: 'state',
      states: [],
      passed: false,
      pending: false,
      notAsked: false,
      differences: ['State change failed'],
    },
  ]);
  expect(readVerifierReport('Pact core crashed')).toBeUndefined();
});

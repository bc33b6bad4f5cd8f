import { expect, test } from 'vitest';
import { explainVerification } from './verification-failure.ts';

const one = { consumer: 'gateway', states: [], passed: false, pending: false, notAsked: false };
const results = [
  { ...one, description: 'a product that is there', passed: true, differences: [] },
  {
    ...one,
    description: 'a product that is not there',
    differences: ['status: expected 404 but was 500', 'body $: Actual map is missing the key: error'],
  },
  {
    ...one,
    consumer: 'orders',
    description: 'prices',
    states: ['there are prices'],
    differences: ['State change failed'],
  },
  {
    ...one,
    description: 'what is to come',
    pending: true,
    differences: ['status: expected 200 but was 404'],
  },
];

test('the first line names consumer, interaction and difference; all differences and the last output follow', () => {
  expect(explainVerification('catalog', results, 'catalog wrote last:\nno table').split('\n')).toEqual([
    'catalog breaks what gateway expects of "a product that is not there": status: expected 404 but was 500, and 1 more below',
    '',
    'gateway: a product that is not there',
    '  status: expected 404 but was 500',
    '  body $: Actual map is missing the key: error',
    '',
    'orders: prices, given "there are prices"',
    '  State change failed',
    '',
    'catalog wrote last:',
    'no table',
  ]);
});

test('what the verifier says in another way is passed on', () => {
  expect(explainVerification('catalog', 'Pact core crashed')).toBe(
    'catalog could not be verified: Pact core crashed',
  );
});

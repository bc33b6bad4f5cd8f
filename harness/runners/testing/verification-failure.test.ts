import { expect, test } from 'vitest';
import { explainVerification } from './verification-failure.ts';

const report = {
  interactionResults: [
    { consumer: 'gateway', description: 'a product that is there', result: 'OK' },
    {
      consumer: 'gateway',
      description: 'a product that is not there',
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
      consumer: 'orders',
      description: 'prices',
      result: 'Error',
      mismatch: { message: 'State change failed' },
    },
  ],
};

test('the first line names consumer, interaction and difference; all differences follow', () => {
  expect(explainVerification('catalog', new Error(JSON.stringify(report))).split('\n')).toEqual([
    'catalog breaks what gateway expects of "a product that is not there": status: expected 404 but was 500, and 1 more below',
    '',
    'gateway: a product that is not there',
    '  status: expected 404 but was 500',
    '  body $: Actual map is missing the key: error',
    '',
    'orders: prices',
    '  State change failed',
  ]);
});

test('what the verifier says in another way is passed on', () => {
  expect(explainVerification('catalog', new Error('Pact core crashed'))).toBe(
    'catalog could not be verified: Pact core crashed',
  );
});

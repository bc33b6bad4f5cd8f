import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Invariant, Journey } from '../../model/journey.ts';
import { checkInvariants, type InvariantOrder } from './check-invariants.ts';

/** A shop that counts what it sold in memory, and forgets it when it is killed. */
let sold = 0;
const server = createServer((request, response) => {
  if (request.method === 'POST') sold += 1;
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ sold }));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());

const selling: Journey = {
  name: 'somebody buys',
  run: async ({ ask }) => void (await ask('shop', { method: 'POST', path: '/sales' })),
};

const counted: Invariant = {
  name: 'what was sold is counted',
  async check({ ask, history }) {
    const { body } = await ask('shop', { path: '/sales' });
    const wanted = history.filter(({ status }) => status === 200).length;
    return body.sold >= wanted ? null : `${body.sold} counted, ${wanted} sold`;
  },
};

function order(change: Partial<InvariantOrder>): InvariantOrder {
  return {
    journeys: [selling],
    invariants: [{ file: 'suites/acceptance/shop/counted.invariant.ts', made: counted }],
    disturb: [],
    addressOf: async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kill: async () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
    pace: { trafficMs: 20, patienceMs: 50 },
    ...change,
  };
}

test('an invariant that holds before and after a task is killed holds', async () => {
  expect(await checkInvariants(order({ disturb: ['shop'] }))).toMatchObject([
    { violation: null, killed: null },
  ]);
});

test('an invariant that a killed task breaks names the service whose task was killed', {
  timeout: 40_000,
}, async () => {
  const forget = async (): Promise<void> => {
    sold = -1000;
  };
  expect(
    await checkInvariants(
      order({ disturb: ['other', 'shop'], kill: async (name) => (name === 'shop' ? forget() : undefined) }),
    ),
  ).toMatchObject([{ violation: expect.stringMatching(/^-\d+ counted, \d+ sold$/), killed: 'shop' }]);
});

test('an invariant that throws does not hold, and says why', async () => {
  const made = { name: 'x', check: () => Promise.reject(new Error('no such field')) };
  expect(await checkInvariants(order({ invariants: [{ file: 'f', made }] }))).toMatchObject([
    { violation: 'it could not be checked: no such field', killed: null },
  ]);
});

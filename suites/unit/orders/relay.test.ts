import { expect, test } from 'vitest';
import { createLog } from '../../../services/orders/src/chassis/log.ts';
import type { Outbox } from '../../../services/orders/src/ports.ts';
import { retryDelayMs, startRelay } from '../../../services/orders/src/relay.ts';

const quietLog = createLog('test', () => {});
const aDay = 86_400_000;

/** Rounds of an outbox: each is answered by the next of `answers`, then by "nothing". */
function scripted(answers: (() => Promise<{ delivered: number; failed: boolean }>)[]) {
  const rounds: Promise<void>[] = [];
  const expected = Array.from({ length: answers.length + 2 }, () => Promise.withResolvers<void>());
  let next = 0;
  const outbox: Outbox = {
    deliverDue: async () => {
      const round = next;
      next += 1;
      expected[round]?.resolve();
      return (await answers[round]?.()) ?? { delivered: 0, failed: false };
    },
  };
  rounds.push(...expected.map(({ promise }) => promise));
  return { outbox, rounds };
}

const relayFor = (outbox: Outbox) =>
  startRelay({ outbox, deliver: async () => {}, log: quietLog, pollMs: aDay });

test('the relay looks at once, and again while there is more', async () => {
  const { outbox, rounds } = scripted([async () => ({ delivered: 20, failed: false })]);
  const relay = relayFor(outbox);
  await rounds[1];
  await relay.stop();
});

test('waking it saves the wait', async () => {
  const { outbox, rounds } = scripted([]);
  const relay = relayFor(outbox);
  await rounds[0];
  relay.wake();
  await rounds[1];
  await relay.stop();
});

test('a database that fails once does not end it', async () => {
  const { outbox, rounds } = scripted([() => Promise.reject(new Error('connection lost'))]);
  const relay = relayFor(outbox);
  await rounds[0];
  relay.wake();
  await rounds[1];
  await relay.stop();
});

test('stopping it looks a last time', async () => {
  const { outbox, rounds } = scripted([]);
  const relay = relayFor(outbox);
  await rounds[0];
  await relay.stop();
  await rounds[1];
});

test.each([
  [1, 500],
  [2, 1_000],
  [5, 8_000],
  [50, 60_000],
])('after %i attempts the next one waits %i ms', (attempts, delay) => {
  expect(retryDelayMs(attempts)).toBe(delay);
});

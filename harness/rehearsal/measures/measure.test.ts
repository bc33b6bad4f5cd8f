import { expect, test } from 'vitest';
import type { Digest } from '../../model/index.ts';
import type { Recording } from '../../model/recording.ts';
import { cleanRecording, hop, task } from '../fixture.ts';
import { measure } from './measure.ts';

const candidate = { version: '2', digest: `sha256:${'a'.repeat(64)}` satisfies Digest } as const;
const previous = { version: '1', digest: `sha256:${'b'.repeat(64)}` satisfies Digest } as const;
const overPrevious = cleanRecording(
  ['gateway', 'orders'].map((name) => ({ name, candidate, previous, overItself: false, rolled: true })),
);
const clean: Recording = {
  ...overPrevious,
  services: overPrevious.services.map((service) =>
    service.name === 'gateway' ? { ...service, neighbours: ['orders'] } : service,
  ),
};
const overItself: Recording = {
  ...clean,
  services: clean.services.map((service) => ({ ...service, previous: null, overItself: true })),
};

function of(service: string, recording: Recording) {
  const found = measure(recording).services.find((one) => one.service === service);
  if (found === undefined) throw new Error(`no ${service}`);
  return found.measures;
}

const failed = { status: 500, atMs: 9100 };

test('a clean rehearsal loses nothing, and what the old version does is told apart', () => {
  expect(of('orders', clean)).toMatchObject({
    changing: { requests: 1, failed: 0 },
    steady: { requests: 1, failed: 0 },
    before: { requests: 1, failed: 0 },
    capacity: { wanted: 1, least: 1 },
    restarts: { count: 0 },
  });
});

test('a request that failed further down is counted there, and not for its callers', () => {
  const hops = [
    ...clean.hops,
    hop('gateway', { ...failed, durationMs: 80 }),
    hop('orders', { ...failed, atMs: 9120 }),
  ];
  expect(of('orders', { ...clean, hops }).steady?.failed).toBe(1);
  expect(of('gateway', { ...clean, hops }).steady?.failed).toBe(0);
});

test('a request that fails while a service below is slow is nobody’s failure', () => {
  const hops = [
    hop('gateway', { ...failed, durationMs: 3000 }),
    hop('orders', { atMs: 9150, durationMs: 3400 }),
  ];
  expect(of('gateway', { ...clean, hops }).steady?.failed).toBe(0);
});

test('what a client gave up, or a fault of ours, is nobody’s failure; a request that hangs is', () => {
  const hops = [
    hop('orders', { status: null, failure: 'client-left' }),
    hop('orders', { status: 503, failure: 'client-left', durationMs: 12_000 }),
  ];
  expect(of('orders', { ...clean, hops }).steady).toMatchObject({ requests: 2, failed: 1 });
});

test('requests that the old version loses do not count against the new one, unless they are the same', () => {
  const first = hop('orders', { side: 'old', atMs: 1000, taskId: 'orders.old' });
  const lost = hop('orders', { ...first, atMs: 5700, status: 502, failure: 'reset' });
  expect(of('orders', { ...clean, hops: [first, lost] }).changing).toMatchObject({ requests: 0, failed: 0 });
  expect(of('orders', { ...overItself, hops: [first, lost] }).changing).toMatchObject({
    failed: 1,
    examples: ['GET / at 5.7 s: 502 (the connection to the task broke before its answer)'],
  });
});

test('a rollout that ends the old task before the new one is healthy is short of capacity', () => {
  const tasks = [
    task('orders', { side: 'old', healthyMs: 200, askedToEndMs: 5100, endedMs: 5200 }),
    task('orders', { runningMs: 5300, healthyMs: 5600 }),
  ];
  expect(of('orders', { ...clean, tasks }).capacity).toMatchObject({ wanted: 1, least: 0 });
});

test('a task that ends outside of every rollout restarted, and one that idles through its grace was killed', () => {
  const tasks = [
    task('orders', {
      id: 'ignores TERM',
      healthyMs: 200,
      askedToEndMs: 5100,
      endedMs: 10_100,
      end: 'TASK_KILLED: Command terminated with signal Killed',
    }),
    task('orders', { healthyMs: 5200, endedMs: 9500, end: 'TASK_FAILED: Command exited with status 1' }),
  ];
  expect(of('orders', { ...clean, tasks })).toMatchObject({
    shutdown: { killed: 1, slowestMs: 5000 },
    restarts: { count: 1, examples: [expect.stringContaining('TASK_FAILED')] },
  });
});

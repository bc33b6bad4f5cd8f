import { describe, expect, test } from 'vitest';
import type { Digest } from '../../model/index.ts';
import type { DependencyCalls, Probe, Recording } from '../../model/recording.ts';
import { cleanRecording, hop, task } from '../fixture.ts';
import { rankShift } from './latency.ts';
import { measure } from './measure.ts';

const candidate = { version: '2', digest: `sha256:${'a'.repeat(64)}` satisfies Digest } as const;
const previous = { version: '1', digest: `sha256:${'b'.repeat(64)}` satisfies Digest } as const;
const clean = cleanRecording(
  ['gateway', 'orders'].map((name) => ({ name, candidate, previous, overItself: false, rolled: true })),
);

function of(service: string, change: Partial<Recording>) {
  const found = measure({ ...clean, ...change }).services.find((one) => one.service === service);
  if (found === undefined) throw new Error(`no ${service}`);
  return found.measures;
}

function probe(change: Partial<Probe>): Probe {
  return {
    kind: 'request',
    service: 'orders',
    dependency: 'payments',
    dependencyKind: 'neighbour',
    fault: 'refuse',
    phase: 'during',
    label: 'POST /orders',
    atMs: 7000,
    durationMs: 10,
    status: 503,
    ...change,
  };
}

function calls(change: Partial<DependencyCalls>): DependencyCalls {
  return {
    window: 'fault',
    fault: 'hang',
    service: 'orders',
    dependency: 'payments',
    kind: 'neighbour',
    durationMs: 3000,
    calls: 1,
    withRequestId: 1,
    connections: 1,
    gaveUpMs: 3000,
    ...change,
  };
}

test('the old version that fails beside the candidate, or after it, is the candidate’s doing', () => {
  const old = { side: 'old', taskId: 'orders.old', status: 500 } as const;
  const windows = [
    ...clean.windows,
    { kind: 'back' as const, service: 'orders', startMs: 10_000, endMs: 11_000 },
  ];
  const hops = [hop('orders', { ...old, atMs: 5500 }), hop('orders', { ...old, atMs: 10_500 })];
  expect(of('orders', { windows, hops })).toMatchObject({
    beside: { requests: 1, failed: 1 },
    returned: { requests: 1, failed: 1 },
  });
});

test('a task that fails its first requests said too early that it is ready', () => {
  const first = hop('orders', { atMs: 5700, status: 500 });
  expect(of('orders', { hops: [first] })).toMatchObject({
    early: { requests: 1, failed: 1 },
    changing: { requests: 1, failed: 0 },
  });
});

test('what a service waits for its neighbours is not its own time', () => {
  const services = clean.services.map((one) =>
    one.name === 'gateway' ? { ...one, neighbours: ['orders'] } : one,
  );
  const hops = Array.from({ length: 40 }, (_, index) => [
    hop('gateway', { requestId: String(index), atMs: 7000 + index, durationMs: 120 }),
    hop('orders', { requestId: String(index), atMs: 7001 + index, durationMs: 100 }),
  ]).flat();
  expect(of('gateway', { services, hops }).latency?.after.p50Ms).toBe(20);
});

test('the rank test tells a shift from noise', () => {
  const noise = Array.from({ length: 50 }, (_, index) => 10 + (index % 7));
  expect(Math.abs(rankShift(noise, noise))).toBeLessThan(2);
  expect(
    rankShift(
      noise,
      noise.map((ms) => ms + 5),
    ),
  ).toBeGreaterThan(3);
});

test('memory and descriptors are compared before and after the service was asked often', () => {
  const windows = [
    ...clean.windows,
    { kind: 'soak' as const, service: null, startMs: 10_000, endMs: 12_000 },
    { kind: 'rest' as const, service: null, startMs: 12_000, endMs: 14_000 },
  ];
  const sample = (atMs: number, rssMiB: number, cpuSeconds: number, fileDescriptors = 20) => ({
    atMs,
    taskId: 'orders.new',
    rssMiB,
    cpuSeconds,
    fileDescriptors,
    logBytes: atMs,
  });
  const samples = [
    sample(9900, 60, 1),
    sample(11_000, 100, 1.5, 85),
    // Connections that are kept alive are still there when the requests end, and gone at rest.
    sample(12_100, 160, 2, 90),
    sample(13_900, 160, 3.8, 24),
  ];
  const hops = Array.from({ length: 100 }, () => hop('orders', { atMs: 11_000 }));
  expect(of('orders', { windows, samples, hops }).resources).toEqual({
    requests: 100,
    rssBeforeMiB: 60,
    rssAfterMiB: 160,
    fdsBefore: 20,
    fdsHalfway: 85,
    fdsAfter: 24,
    cpusAtRest: 1,
    logBytes: 2200,
  });
});

describe('while a dependency misbehaves', () => {
  test('a service that waits until the rehearsal ends it has no deadline; one that gives up has', () => {
    const waited = probe({ fault: 'hang', status: 503, durationMs: 15_000 });
    const endless = calls({ durationMs: 15_000, gaveUpMs: null });
    expect(of('orders', { probes: [waited], calls: [endless] }).faults?.unanswered).toEqual([
      expect.stringContaining('waits for payments without a deadline'),
    ]);
    expect(of('orders', { probes: [waited], calls: [calls({})] }).faults?.unanswered).toEqual([]);
  });

  test('calls without end are told with how many there were', () => {
    const many = calls({ fault: 'status-500', calls: 300, durationMs: 1000 });
    expect(of('orders', { probes: [probe({})], calls: [many] }).faults?.retries).toEqual([
      'calls payments 300 times in 1.0 s while it answers 500, 0 times while it is well',
    ]);
  });

  test('a health check that fails with it is told, one late answer is not', () => {
    const dead = probe({ kind: 'live', label: 'GET /health/live', status: 503 });
    expect(of('orders', { probes: [dead] }).faults?.notLive).toEqual([
      'GET /health/live answers 503 while payments refuses connections',
    ]);
    expect(of('orders', { probes: [{ ...dead, status: null }] }).faults?.notLive).toEqual([]);
  });

  test('being ready without the store is a lie when requests fail', () => {
    const store = { dependency: 'postgres', dependencyKind: 'store' } as const;
    const ready = probe({ ...store, kind: 'ready', label: 'GET /health/ready', status: 200 });
    const failing = probe({ ...store, status: 500 });
    expect(of('orders', { probes: [ready, failing] }).faults?.falselyReady).toHaveLength(1);
    expect(of('orders', { probes: [{ ...ready, status: 503 }, failing] }).faults?.falselyReady).toEqual([]);
  });
});

test('a task that was killed is replaced by the next healthy one', () => {
  const windows = [
    ...clean.windows,
    { kind: 'kill' as const, service: null, startMs: 11_000, endMs: 14_000 },
  ];
  const tasks = [
    task('orders', { id: 'a', healthyMs: 5200, endedMs: 11_100 }),
    task('orders', { id: 'b', startedMs: 11_300, runningMs: 11_400, healthyMs: 13_100 }),
  ];
  expect(of('orders', { windows, tasks }).healing).toEqual({ slowestMs: 2000, healed: true });
});

test('ids of requests are expected where another service passes them on', () => {
  const recorded = (service: string, withRequestId: number): DependencyCalls =>
    calls({ window: 'new', fault: null, service, dependency: 'other', calls: 10, withRequestId });
  const measured = of('orders', { calls: [recorded('orders', 0), recorded('gateway', 10)] });
  expect(measured.requestIds).toMatchObject({ passedOn: 0, passingExpected: true, neighbours: ['other'] });
});

import type { Hop, RecordedTask, Recording, RehearsedService } from '../model/recording.ts';

/** A rehearsal in which nothing went wrong, for tests: each service is rolled out from second 5 to 6. */
export function cleanRecording(
  services: readonly Pick<RehearsedService, 'name' | 'candidate' | 'previous' | 'overItself' | 'rolled'>[],
): Recording {
  const names = services.map(({ name }) => name);
  return {
    formatVersion: 1,
    startedAt: '2026-11-22T12:04:00.000Z',
    durationMs: 10_000,
    environment: 'test',
    runtime: 'process',
    services: services.map((service) => ({
      ...service,
      instances: 1,
      minimumHealthCapacity: 1,
      killGraceSeconds: 5,
      neighbours: [],
      livePath: '/health/live',
    })),
    lateMs: { p50: 0, p99: 0 },
    windows: [
      { kind: 'old', service: null, startMs: 1000, endMs: 5000 },
      ...names.map((service) => ({ kind: 'roll' as const, service, startMs: 5000, endMs: 6000 })),
      { kind: 'new', service: null, startMs: 6000, endMs: 10_000 },
    ],
    requests: [],
    hops: names.flatMap((service) => [
      hop(service, { atMs: 2000, side: 'old' }),
      hop(service, { atMs: 5500 }),
      hop(service, { atMs: 9000 }),
    ]),
    tasks: names.flatMap((service) => [
      task(service, { side: 'old', runningMs: 100, healthyMs: 200, askedToEndMs: 5600, endedMs: 5900 }),
      task(service, { runningMs: 5100, healthyMs: 5200 }),
    ]),
    samples: [],
    calls: [],
    probes: [],
    logs: [],
    dropped: [],
    obstacles: [],
  };
}

export function hop(service: string, change: Partial<Hop> = {}): Hop {
  return {
    requestId: 'one',
    service,
    taskId: `${service}.new`,
    side: 'new',
    method: 'GET',
    path: '/',
    atMs: 9000,
    durationMs: 2,
    status: 200,
    failure: null,
    attempts: 1,
    ...change,
  };
}

export function task(service: string, change: Partial<RecordedTask> = {}): RecordedTask {
  const side = change.side ?? 'new';
  const { endedMs = null } = change;
  return {
    id: `${service}.${side}`,
    service,
    side,
    startedMs: change.runningMs ?? 0,
    runningMs: null,
    healthyMs: null,
    askedToEndMs: null,
    end: endedMs === null ? null : 'TASK_KILLED: Command exited with status 0',
    endedMs,
    ...change,
  };
}

import { expect, test } from 'vitest';
import type { AppDefinition } from '../config/index.ts';
import type { AppFacts, CheckAnswer } from '../platforms/index.ts';
import { whyStuck } from './stuck.ts';

const app: AppDefinition = { id: '/dev/shop/orders', cpus: 0.1, mem: 128 };
const nothing: AppFacts = { waiting: null, agents: [{ cpus: 2, mem: 1024, disk: 4096 }], tasks: [] };

function answered(answer: CheckAnswer['answer'], listensOn: readonly number[] | null = []): AppFacts {
  const check = { kind: 'health', path: '/health', port: 31005, answer } as const;
  return { ...nothing, tasks: [{ id: 't', state: 'TASK_RUNNING', checks: [check], listensOn }] };
}

function refused(refusals: Readonly<Record<string, number>>, delaySeconds = 0): AppFacts {
  return { ...nothing, waiting: { role: 'dev', delaySeconds, refusals } };
}

test.each<[AppFacts, Partial<AppDefinition>, string, number | null]>([
  [nothing, { cpus: 64 }, 'no agent has 64 CPUs; the largest of 1 has 2', 0],
  [nothing, { mem: 9000 }, 'no agent has 9000 MiB of memory; the largest of 1 has 1024', 0],
  [
    refused({ InsufficientCpus: 2, InsufficientPorts: 1, UnfulfilledRole: 0 }),
    {},
    'the latest offers were refused: 2 for too few CPUs, 1 for want of ports',
    null,
  ],
  [refused({}, 8), {}, 'Marathon waits 8 s before it starts the next task', null],
  [
    answered({ kind: 'refused' }),
    {},
    'nothing listens on port 31005, where its health check /health asks; it listens on no port',
    null,
  ],
  [
    answered({ kind: 'refused' }, [3000]),
    {},
    'nothing listens on port 31005, where its health check /health asks; it listens on 3000',
    15_000,
  ],
  [
    answered({ kind: 'refused' }, null),
    {},
    'nothing listens on port 31005, where its health check /health asks',
    null,
  ],
  [answered({ kind: 'status', status: 404 }), {}, 'its health check /health answers 404', 15_000],
  [
    answered({ kind: 'status', status: 404 }),
    { healthChecks: [{ gracePeriodSeconds: 40 }] },
    'its health check /health answers 404',
    40_000,
  ],
  [answered({ kind: 'status', status: 503 }), {}, 'its health check /health answers 503', null],
  [
    answered({ kind: 'silent', afterMs: 1500 }),
    {},
    'its health check /health was not answered within 1500 ms',
    null,
  ],
])('%j of an app with %j is told', (facts, change, because, hopelessAfterMs) => {
  expect(whyStuck({ ...app, ...change }, facts)).toMatchObject({ because, hopelessAfterMs });
});

test('nothing is said of an app that is on its way', () => {
  expect(whyStuck(app, nothing)).toBeNull();
  expect(whyStuck(app, answered({ kind: 'passes' }))).toBeNull();
});

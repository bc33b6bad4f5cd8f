import { describe, expect, test } from 'vitest';
import { foldState, type RehearsedServiceRecord, type State } from '../ledger/index.ts';
import type { Artifact, Digest } from '../model/index.ts';
import type { GateQuestion } from './check.ts';
import { loadChecks } from './load-checks.ts';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const old: Digest = `sha256:${'b'.repeat(64)}`;
const checks = await loadChecks();

const artifact: Artifact = {
  service: 'orders',
  version: '1.4.0',
  digest,
  runtime: 'process',
  location: '/bundles/orders.tar.gz',
  bytes: 1,
  commit: null,
  builtAt: '2026-11-22T12:00:00.000Z',
};
const question: GateQuestion = {
  artifact,
  from: 'dev',
  to: 'test',
  neighbours: [],
  dependsOn: [],
  candidates: [],
  decidedAt: '2026-11-22T12:05:00.000Z',
};
const whole: RehearsedServiceRecord = {
  service: 'orders',
  version: '1.4.0',
  digest,
  previous: null,
  overItself: true,
  rolled: true,
  obstacle: null,
  measures: {},
};

function stateWith(rehearsed: RehearsedServiceRecord | null, promoted: Digest | null = null): State {
  const runId = 'run-1';
  const at = '2026-11-22T12:04:00.000Z';
  const records = [
    ...(rehearsed === null
      ? []
      : ([
          {
            kind: 'rehearsal',
            runId,
            rehearsal: {
              environment: 'test',
              runtime: 'process',
              startedAt: at,
              durationMs: 1,
              services: [rehearsed],
              recording: null,
            },
          },
        ] as const)),
    ...(promoted === null
      ? []
      : ([
          {
            kind: 'promotion',
            runId,
            service: 'orders',
            environment: 'test',
            version: '1.3.0',
            digest: promoted,
            at,
          },
        ] as const)),
  ];
  return foldState(
    records.map((record, index) => ({ id: String(index), previous: null, version: 2, record })),
  );
}

function answers(name: string, state: State): readonly string[] {
  return answersOf(name, state, { rehearsal: true });
}

function answersOf(name: string, state: State, policy: { readonly rehearsal: boolean }): readonly string[] {
  const check = checks.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check
    .judge(question, state, { requires: ['unit'], checks: [], ...policy })
    .map(({ outcome, reason }) => `${outcome}: ${reason}`);
}

const none = { examples: [] };
const used = { requests: 320, rssBeforeMiB: 60, rssAfterMiB: 70 };
const example = ['POST /orders at 12.0 s: 502'];

describe('a measure of the rehearsal', () => {
  const cases: readonly [string, RehearsedServiceRecord['measures'], string, readonly string[]][] = [
    [
      'descriptors grow with every request',
      { resources: { ...used, fdsBefore: 30, fdsHalfway: 190, fdsAfter: 350 } },
      'resources',
      ['fail: leaks file descriptors or connections: 30 to 350 over 320 requests'],
    ],
    [
      'a pool of connections is full half-way',
      { resources: { ...used, fdsBefore: 35, fdsHalfway: 97, fdsAfter: 99 } },
      'resources',
      ['pass: memory 60 to 70 MiB over 320 requests, 99 descriptors'],
    ],
    [
      'no request was lost',
      { changing: { requests: 20, failed: 0, ...none } },
      'no-lost-requests',
      ['pass: answered all 20 requests while it was rolled out'],
    ],
    [
      'a request was lost',
      { changing: { requests: 20, failed: 1, examples: example } },
      'no-lost-requests',
      ['fail: lost 1 of 20 requests while versions changed, first POST /orders at 12.0 s: 502'],
    ],
    [
      'no request came',
      { changing: { requests: 0, failed: 0, ...none } },
      'no-lost-requests',
      [
        'inconclusive: no request came to it while versions changed; name a path in ready, write a journey, or say why in exempt.traffic',
      ],
    ],
    [
      'one request in fifty fails',
      { steady: { requests: 100, failed: 2, examples: example } },
      'error-rate',
      ['fail: failed 2 of 100 requests, first POST /orders at 12.0 s: 502'],
    ],
    [
      'it fails as often as the version before',
      {
        steady: { requests: 100, failed: 2, examples: example },
        before: { requests: 50, failed: 1, examples: example },
      },
      'error-rate',
      ['pass: failed 2 of 100 requests, no more than the version before'],
    ],
    [
      'a request that it never answers',
      { steady: { requests: 100, failed: 0, ...none }, unanswered: ['POST /orders: answered 500'] },
      'error-rate',
      ['fail: fails POST /orders: answered 500'],
    ],
    [
      'no task was healthy for a while',
      { capacity: { wanted: 1, least: 0, examples: ['at 3.0 s: 0 of 1 healthy'] } },
      'capacity',
      ['fail: only 0 of 1 task was healthy during its rollout'],
    ],
    [
      'a task ended',
      { restarts: { count: 1, examples: ['at 3.0 s: orders.1: TASK_FAILED'] } },
      'restarts',
      ['fail: 1 task ended unasked, first at 3.0 s: orders.1: TASK_FAILED'],
    ],
    [
      'a task was killed',
      { shutdown: { graceMs: 5000, slowestMs: 5100, tasks: 1, killed: 1, ...none } },
      'shutdown',
      ['fail: 1 of 1 tasks did not end within their grace of 5 s after SIGTERM and were killed'],
    ],
    [
      'a task needs most of its grace',
      { shutdown: { graceMs: 5000, slowestMs: 3100, tasks: 1, killed: 0, ...none } },
      'shutdown',
      ['fail: needs 3.1 s to end after SIGTERM, of a grace of 5 s: on a busy machine it would be killed'],
    ],
    ['nothing was measured', {}, 'shutdown', []],
  ];
  test.each(cases)('%s', (_, measures, name, expected) => {
    expect(answers(name, stateWith({ ...whole, measures }))).toEqual(expected);
  });
});

describe('a rollout', () => {
  test('that was not rehearsed keeps the gate shut, unless nothing asks for it', () => {
    const records = answersOf('rehearsal', stateWith(null, old), { rehearsal: true });
    expect(records).toEqual(['inconclusive: its rollout over 1.3.0 in test was not rehearsed']);
    expect(answersOf('rehearsal', stateWith(null, old), { rehearsal: false })).toEqual([]);
  });

  test('that was rehearsed over another version than the promoted one does not count', () => {
    const over = { ...whole, previous: { version: '1.2.0', digest } };
    expect(answers('shutdown', stateWith(over, old))).toEqual([]);
  });

  test('in which the service did not start is a failure', () => {
    const state = stateWith({ ...whole, obstacle: '3 of its tasks died' });
    expect(answers('rehearsal', state)).toEqual(['fail: in a replica of test, 3 of its tasks died']);
  });

  test('over what is there already has nothing to say', () => {
    expect(answers('rehearsal', stateWith(null, digest))).toEqual([]);
  });
});

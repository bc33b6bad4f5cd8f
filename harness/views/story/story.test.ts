import { describe, expect, test } from 'vitest';
import type { Config } from '../../config/index.ts';
import { foldState, type LedgerRecord } from '../../ledger/index.ts';
import type { Digest, RunRecord, StageResult } from '../../model/index.ts';
import { storyOf } from '../index.ts';

const old: Digest = `sha256:${'a'.repeat(64)}`;
const young: Digest = `sha256:${'b'.repeat(64)}`;

const config = {
  environments: [{ name: 'dev' }, { name: 'production' }],
  gates: [{ from: 'dev', to: 'production', requires: ['unit', 'contract'] }],
} as unknown as Config;

function stateOf(...records: readonly LedgerRecord[]) {
  return foldState(
    records.map((record, index) => ({ id: String(index), previous: null, record, version: 3 })),
  );
}

function artifact(digest: Digest, changes: readonly (readonly [string, string])[]): LedgerRecord {
  return {
    kind: 'artifact',
    runId: 'r',
    fingerprint: null,
    artifact: {
      service: 'orders',
      version: digest === old ? '1.0.0' : '1.1.0',
      digest,
      runtime: 'process',
      location: '/x',
      bytes: digest === old ? 1000 : 1100,
      commit: null,
      changes: changes.map(([commit, author]) => ({ commit, authors: [author], subject: `does ${commit}` })),
      builtAt: '2026-11-20T09:00:00.000Z',
    },
  };
}

const promoted: LedgerRecord = {
  kind: 'promotion',
  runId: 'r1',
  service: 'orders',
  environment: 'production',
  version: '1.0.0',
  digest: old,
  at: '2026-11-20T10:00:00.000Z',
};

function unit(status: 'pass' | 'fail', digest: Digest, runId: string, startedAt: string): LedgerRecord {
  const failed = status === 'fail' ? 1 : 0;
  return {
    kind: 'evidence',
    runId,
    evidence: {
      stage: 'unit',
      service: 'orders',
      status,
      tests: { passed: 3, failed, skipped: 0 },
      failed: [],
      digest,
      runtime: 'process',
      startedAt,
      durationMs: 5,
      environment: null,
      beside: [],
      fingerprint: null,
      cases: null,
    },
  };
}

function result(changes: Partial<StageResult> = {}): StageResult {
  return {
    stage: 'unit',
    service: 'orders',
    status: 'pass',
    tests: { passed: 3, failed: 0, skipped: 0 },
    cases: [],
    digest: young,
    runtime: 'process',
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 5,
    ...changes,
  };
}

const record = {
  runId: 'r9',
  system: 'shop',
  runtime: 'process',
  target: 'production',
  verdict: 'fail',
  startedAt: '2026-11-22T12:00:00.000Z',
  durationMs: 40_000,
  services: [{ name: 'orders', version: '1.1.0', digest: young, bytes: 1100 }],
  stages: [],
} as unknown as RunRecord;

const nothing = stateOf();

describe('what changes in the target', () => {
  test('the commits that the version there does not have, with their authors', () => {
    const before = stateOf(promoted);
    const after = stateOf(
      artifact(old, [['c1', 'mo@example.org']]),
      artifact(young, [
        ['c3', 'lin@example.org'],
        ['c2', 'mo@example.org'],
        ['c1', 'mo@example.org'],
      ]),
      promoted,
    );
    const [change] = storyOf({ record, config, before, after }).changes;
    expect(change).toMatchObject({
      from: { version: '1.0.0', digest: old, bytes: 1000, promotedAt: '2026-11-20T10:00:00.000Z' },
      to: { version: '1.1.0', digest: young, bytes: 1100 },
      hasAllCommits: true,
    });
    expect(change?.commits.map(({ commit }) => commit)).toEqual(['c3', 'c2']);
  });

  test('nothing, where the target was cleared for these bytes before', () => {
    const before = stateOf({ ...promoted, digest: young });
    expect(storyOf({ record, config, before, after: before }).changes).toEqual([]);
  });

  test('a first promotion is new, and its commits are not said to be all', () => {
    const after = stateOf(artifact(young, [['c1', 'mo@example.org']]));
    expect(storyOf({ record, config, before: nothing, after }).changes).toMatchObject([
      { from: null, hasAllCommits: false, commits: [{ commit: 'c1', subject: 'does c1' }] },
    ]);
  });

  test('what it expects of others now', () => {
    const pacts = (digest: Digest, hashes: Readonly<Record<string, string>>): LedgerRecord => ({
      kind: 'pacts',
      runId: 'r',
      pacts: {
        consumer: 'orders',
        version: '1',
        digest,
        at: '2026-11-22T12:00:00.000Z',
        pacts: Object.entries(hashes).map(([provider, contentHash]) => ({
          provider,
          contentHash,
          content: 'c'.repeat(64),
        })),
      },
    });
    const before = stateOf(promoted);
    const after = stateOf(
      pacts(old, { inventory: 'h1', payments: 'h1', taxes: 'h1' }),
      pacts(young, { inventory: 'h2', payments: 'h1', loyalty: 'h1' }),
    );
    expect(storyOf({ record, config, before, after }).changes[0]?.pacts).toEqual([
      'it expects something else of inventory',
      'it calls loyalty now',
      'it expects nothing of taxes any more',
    ]);
  });
});

test('a failure is dated from its first run in a row, whatever versions failed since', () => {
  const failing = { ...record, stages: [result({ status: 'fail' })] } as RunRecord;
  const after = stateOf(
    unit('fail', old, 'r2', '2026-11-18T10:00:00.000Z'),
    unit('pass', old, 'r3', '2026-11-19T10:00:00.000Z'),
    unit('fail', old, 'r4', '2026-11-20T10:00:00.000Z'),
    unit('fail', young, 'r9', '2026-11-22T12:00:00.000Z'),
  );
  expect(storyOf({ record: failing, config, before: nothing, after }).failing).toEqual([
    {
      service: 'orders',
      stage: 'unit',
      since: { runId: 'r4', at: '2026-11-20T10:00:00.000Z' },
      lastPass: { runId: 'r3', at: '2026-11-19T10:00:00.000Z', digest: old },
    },
  ]);
});

test('what was not tested is said: a stage without a result, skipped tests, the other runtime', () => {
  const partly = {
    ...record,
    stages: [result({ tests: { passed: 3, failed: 0, skipped: 2 } })],
  } as RunRecord;
  expect(storyOf({ record: partly, config, before: nothing, after: nothing }).untested).toEqual([
    'contract has no result for any service',
    '2 tests of unit for orders skipped',
    'no image was built or started: the services ran as processes',
  ]);
});

test('the trend is of runs to the same target, this one last', () => {
  const run = (runId: string, target: string): LedgerRecord => ({
    kind: 'run',
    runId,
    system: 'shop',
    target,
    runtime: 'process',
    verdict: 'pass',
    commit: null,
    startedAt: '2026-11-21T12:00:00.000Z',
    durationMs: 1000,
  });
  const before = stateOf(run('r1', 'production'), run('r2', 'dev'), run('r3', 'production'));
  const { trend } = storyOf({ record, config, before, after: before });
  expect(trend.map(({ runId }) => runId)).toEqual(['r1', 'r3', 'r9']);
});

import { expect, test } from 'vitest';
import { foldState, type LedgerRecord } from '../ledger/index.ts';
import type { Digest, Verdict } from '../model/index.ts';
import { explain } from './index.ts';

const old: Digest = `sha256:${'a'.repeat(64)}`;
const young: Digest = `sha256:${'b'.repeat(64)}`;

const rejected: Verdict = {
  kind: 'fail',
  service: 'catalog',
  version: '2.0.0',
  digest: young,
  from: 'test',
  to: 'staging',
  checks: [{ check: 'stage', stage: 'functional', outcome: 'fail', reason: 'functional failed 1 of 11' }],
  decidedAt: '2026-11-22T12:00:00.000Z',
};

function deployed(digest: Digest, at: string): LedgerRecord {
  const platform = { name: 'embedded', id: 'embedded:r', lifetime: 'command' } as const;
  const about = { service: 'catalog', environment: 'staging', version: '1.0.0', digest, at };
  return {
    kind: 'deployment',
    runId: 'r',
    deployment: { ...about, platform, outcome: 'pass', fingerprint: null },
  };
}

function answer(...records: readonly LedgerRecord[]) {
  const entries = records.map((record, index) => ({ id: String(index), previous: null, record, version: 2 }));
  return explain(foldState(entries), { service: 'catalog', environment: 'staging', system: 'shop' });
}

test('a rejected version stays rejected when the one before it is deployed again', () => {
  const verdict: LedgerRecord = { kind: 'verdict', runId: 'r', verdict: rejected };
  expect(answer(verdict, deployed(old, '2026-11-22T12:00:05.000Z'))).toMatchObject({
    verdict: 'fail',
    version: '2.0.0',
    reasons: [{ outcome: 'fail', reason: 'functional failed 1 of 11' }],
  });
});

test('a version that was let in is answered by its deployment', () => {
  const verdict: LedgerRecord = {
    kind: 'verdict',
    runId: 'r',
    verdict: { ...rejected, kind: 'pass', checks: [] },
  };
  expect(answer(verdict, deployed(young, '2026-11-22T12:00:05.000Z'))).toMatchObject({ verdict: 'pass' });
});

test('a build that failed since is the answer, and not the yes from before', () => {
  const at = '2026-11-22T13:00:00.000Z';
  const failure = {
    kind: 'build-failure',
    runId: 's',
    service: 'catalog',
    fingerprint: null,
    because: 'no such file',
    at,
  } as const;
  expect(answer(deployed(old, '2026-11-22T12:00:05.000Z'), failure)).toMatchObject({
    verdict: 'fail',
    reasons: [{ outcome: 'fail', reason: 'its build failed: no such file' }],
  });
});

test('a task that died after a yes is told beside it, and changes no answer', () => {
  const died = {
    kind: 'incident',
    runId: 'r',
    incident: {
      what: 'died',
      service: 'catalog',
      environment: 'staging',
      appId: '/staging/shop/catalog',
      taskId: 'staging_shop_catalog.1',
      message: 'TASK_FAILED: Command exited with status 1',
      at: '2026-11-22T12:00:09.000Z',
      printed: 'out of ideas',
    },
  } as const;
  const copy = { ...died, incident: { ...died.incident, appId: '/staging/shop-functional/catalog' } };
  expect(answer(deployed(old, '2026-11-22T12:00:05.000Z'), died, died, copy)).toMatchObject({
    verdict: 'pass',
    notes: [
      '2 tasks of catalog died in staging and were started again: TASK_FAILED: Command exited with status 1; it printed: out of ideas',
    ],
  });
});

import type { LedgerRecord } from '../../ledger/index.ts';
import type { Digest } from '../../model/index.ts';

const old: Digest = `sha256:${'a'.repeat(64)}`;
const young: Digest = `sha256:${'b'.repeat(64)}`;
const runId = '20261122t120000-4d2f';

/** Of a run that was held: orders 1.1.0 is in dev, and production keeps 1.0.0. */
export const heldRun: readonly LedgerRecord[] = [
  built(old, '1.0.0', '2026-11-20T09:00:00.000Z', ['aaa1111']),
  {
    kind: 'promotion',
    runId: '20261120t090000-1111',
    service: 'orders',
    environment: 'production',
    version: '1.0.0',
    digest: old,
    at: '2026-11-20T10:00:00.000Z',
  },
  { ...built(young, '1.1.0', '2026-11-22T12:00:00.000Z', ['bbb2222', 'aaa1111']), runId },
  {
    kind: 'promotion',
    runId,
    service: 'orders',
    environment: 'dev',
    version: '1.1.0',
    digest: young,
    at: '2026-11-22T12:00:05.000Z',
  },
  {
    kind: 'evidence',
    runId,
    evidence: {
      stage: 'unit',
      service: 'orders',
      status: 'fail',
      tests: { passed: 3, failed: 1, skipped: 0 },
      failed: ['orders > adds up <b>totals</b>'],
      digest: young,
      runtime: 'process',
      startedAt: '2026-11-22T12:00:06.000Z',
      durationMs: 900,
      environment: null,
      beside: [],
      fingerprint: null,
      cases: null,
    },
  },
  {
    kind: 'verdict',
    runId,
    verdict: {
      kind: 'fail',
      service: 'orders',
      version: '1.1.0',
      digest: young,
      from: 'dev',
      to: 'production',
      checks: [
        {
          check: 'stage',
          stage: 'unit',
          outcome: 'fail',
          reason: 'unit failed 1 of 4, first "orders > adds up"',
        },
      ],
      decidedAt: '2026-11-22T12:00:07.000Z',
    },
  },
  {
    kind: 'run',
    runId,
    system: 'shop',
    target: 'production',
    runtime: 'process',
    verdict: 'fail',
    commit: null,
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 8_000,
  },
];

function built(digest: Digest, version: string, builtAt: string, commits: readonly string[]) {
  return {
    kind: 'artifact',
    runId: '20261120t090000-1111',
    fingerprint: null,
    artifact: {
      service: 'orders',
      version,
      digest,
      runtime: 'process',
      location: '/artifacts/orders.tar.gz',
      bytes: 1000,
      commit: null,
      changes: commits.map((commit) => ({
        commit,
        authors: ['lin@example.org'],
        subject: 'Totals in cents',
      })),
      builtAt,
    },
  } as const satisfies LedgerRecord;
}

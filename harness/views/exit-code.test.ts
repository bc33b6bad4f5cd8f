import { expect, test } from 'vitest';
import type { RunRecord, StageResult, VerdictKind } from '../model/index.ts';
import { exitCodeOfRun } from './index.ts';

function record(verdict: VerdictKind, because?: string): RunRecord {
  const stage: StageResult = {
    stage: 'unit',
    service: 'orders',
    status: verdict === 'pending' ? 'pass' : verdict,
    tests: { passed: 0, failed: 0, skipped: 0 },
    cases: [],
    digest: `sha256:${'a'.repeat(64)}`,
    runtime: 'process',
    startedAt: '2026-11-25T10:00:00.000Z',
    durationMs: 0,
    ...(because === undefined ? {} : { because }),
  };
  return {
    schema: 'stagegate.run/1',
    runId: 'run',
    system: 'shop',
    runtime: 'process',
    verdict,
    target: 'unit',
    startedAt: stage.startedAt,
    durationMs: 0,
    commit: null,
    services: [],
    stages: [stage],
    environments: [],
    verdicts: [],
    steps: [],
    notices: [],
    problems: [],
  };
}

test.each([
  ['pass', undefined, 0],
  ['fail', 'adds up: expected 2', 1],
  ['pending', undefined, 4],
  ['inconclusive', 'SG_NO_TESTS: no *.test.ts', 1],
  ['inconclusive', 'SG_TESTS_LOST: one.test.ts did not end: its worker ended before it', 3],
  ['fail', 'SG_TESTS_LOST: one.test.ts did not end: its worker ended before it', 1],
] as const)('a run that ends as %s because of %s exits with %i', (verdict, because, code) => {
  expect(exitCodeOfRun(record(verdict, because))).toBe(code);
});

import type { Evidence } from '../ledger/index.ts';
import { objectIdOf } from '../ledger/index.ts';
import { firstLine, type StageResult, type TestCase } from '../model/index.ts';

/** A stage's result as the ledger keeps it: the test cases beside it, as an object of their own, contracts as records. */
export function evidenceOf(
  { cases, contracts: _, pacts: __, gaps: ___, ...result }: StageResult,
  about: Pick<Evidence, 'environment' | 'beside' | 'fingerprint'>,
): { readonly evidence: Omit<Evidence, 'runId'>; readonly cases: string | null } {
  const failed = cases.filter(({ outcome }) => outcome === 'fail');
  const [first] = failed;
  const content = cases.length === 0 ? null : JSON.stringify(cases);
  return {
    evidence: {
      ...result,
      tests: { ...result.tests },
      failed: failed.map(({ name }) => name),
      ...(first === undefined
        ? {}
        : { firstFailure: { test: first.name, message: firstLine(first.failure?.message ?? '') } }),
      ...about,
      cases: content === null ? null : objectIdOf(content),
    },
    cases: content,
  };
}

/** The result that evidence was made from; without its cases where the ledger has lost them. */
export function resultOf(evidence: Evidence, cases: readonly TestCase[]): StageResult {
  const { stage, service, status, tests, digest, runtime, startedAt, durationMs, because } = evidence;
  const { causes, unexplained, control } = evidence;
  return {
    stage,
    service,
    status,
    tests: { passed: tests.passed, failed: tests.failed, skipped: tests.skipped },
    cases,
    digest,
    runtime,
    startedAt,
    durationMs,
    ...(because === undefined ? {} : { because }),
    ...(causes === undefined ? {} : { causes }),
    ...(unexplained === undefined ? {} : { unexplained }),
    ...(control === undefined ? {} : { control }),
  };
}

import type { Evidence, State } from '../ledger/index.ts';
import type { Digest, Quarantine } from '../model/index.ts';

/**
 * The state as a gate reads it: a result whose only failures are quarantined counts as passed. Everything it says about
 * which tests failed stays. Pure.
 */
export function forgive(state: State, quarantine: readonly Quarantine[], decidedAt: string): State {
  if (quarantine.length === 0) return state;
  const evidence = new Map<Digest, readonly Evidence[]>(
    [...state.evidence].map(([digest, list]) => [
      digest,
      list.map((one) => (isForgiven(one, quarantine, decidedAt) ? { ...one, ...asPassed(one) } : one)),
    ]),
  );
  return { ...state, evidence };
}

/** The quarantine of a test, whether it has ended or not. */
export function quarantineOf(
  test: string,
  { service, stage }: Pick<Evidence, 'service' | 'stage'>,
  quarantine: readonly Quarantine[],
): Quarantine | undefined {
  return quarantine.find((one) => one.test === test && one.service === service && one.stage === stage);
}

/** Its last day counts to its end. */
export function hasEnded({ until }: Quarantine, decidedAt: string): boolean {
  return decidedAt.slice(0, 10) > until;
}

function isForgiven(evidence: Evidence, quarantine: readonly Quarantine[], decidedAt: string): boolean {
  const { status, failed, tests } = evidence;
  // A failure that no test tells, such as a file that does not load, is nobody's quarantine.
  if (status !== 'fail' || failed.length === 0 || failed.length !== tests.failed) return false;
  return failed.every((test) => {
    const found = quarantineOf(test, evidence, quarantine);
    return found !== undefined && !hasEnded(found, decidedAt);
  });
}

function asPassed({ tests, failed }: Evidence): Pick<Evidence, 'status' | 'tests'> {
  return { status: 'pass', tests: { ...tests, failed: 0, skipped: tests.skipped + failed.length } };
}

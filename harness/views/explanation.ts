import { lastAttempt, lastVerdict, placeOf, type State } from '../ledger/index.ts';
import type { Digest, VerdictKind } from '../model/index.ts';
import { crashesOf, describeCrash } from './crashes.ts';

/** The newest answer to: may this service be in this environment, and why? */
export interface Explanation {
  readonly service: string;
  readonly environment: string;
  readonly verdict: VerdictKind;
  readonly version: string | null;
  readonly digest: Digest | null;
  readonly reasons: readonly { readonly outcome: VerdictKind; readonly reason: string }[];
  readonly decidedAt: string | null;
  /** What happened since, without being a reason: tasks that died and were started again. */
  readonly notes: readonly string[];
}

/**
 * The last thing the ledger knows: a failed build, a verdict, or what became of a deployment. The first environment has no
 * gate, so there its deployment is the answer. Pure.
 */
export function explain(
  state: State,
  {
    service,
    environment,
    system,
  }: { readonly service: string; readonly environment: string; readonly system: string },
): Explanation {
  const answer = answerOf(state, service, environment);
  const runId = lastAttempt(state, service, environment)?.runId;
  const crashes = runId === undefined ? [] : crashesOf(state, { system, runId });
  const own = crashes.filter((crash) => crash.service === service && crash.environment === environment);
  return { ...answer, notes: own.map(describeCrash) };
}

function answerOf(state: State, service: string, environment: string): Omit<Explanation, 'notes'> {
  const verdict = lastVerdict(state, service, environment);
  const attempt = lastAttempt(state, service, environment);
  const failure = state.buildFailures.get(service);
  const about = { service, environment };
  const decidedAt =
    [verdict?.decidedAt, attempt?.at]
      .flatMap((time) => time ?? [])
      .sort()
      .at(-1) ?? '';
  if (failure !== undefined && failure.at > decidedAt) {
    const reasons = [{ outcome: 'fail' as const, reason: `its build failed: ${failure.because}` }];
    return { ...about, verdict: 'fail', version: null, digest: null, reasons, decidedAt: failure.at };
  }
  const judged = againstFirst(verdict?.checks ?? []);
  // After a no, the version that was promoted before is deployed again: that says nothing about the one that was rejected.
  const sameVersion = verdict === undefined || verdict.digest === attempt?.digest;
  if (attempt !== undefined && sameVersion && attempt.at >= (verdict?.decidedAt ?? '')) {
    const { outcome, version, digest, at } = attempt;
    const reason =
      outcome === 'pass'
        ? `deployed in ${environment} at ${at}`
        : `its deployment failed: ${attempt.because}`;
    return {
      ...about,
      verdict: outcome,
      version,
      digest,
      reasons: [...judged, { outcome, reason }],
      decidedAt: at,
    };
  }
  if (verdict !== undefined) {
    const { kind, version, digest } = verdict;
    const hold = state.holds
      .get(placeOf(service, environment))
      ?.findLast((one) => one.digest === digest && one.at >= verdict.decidedAt);
    if (hold !== undefined) {
      const reason = `it was taken back at ${hold.at}: ${hold.reason}`;
      const reasons = [{ outcome: 'fail' as const, reason }, ...judged];
      return { ...about, verdict: 'fail', version, digest, reasons, decidedAt: hold.at };
    }
    return { ...about, verdict: kind, version, digest, reasons: judged, decidedAt: verdict.decidedAt };
  }
  return {
    ...about,
    verdict: 'inconclusive',
    version: null,
    digest: null,
    reasons: [{ outcome: 'inconclusive', reason: 'the ledger has no verdict yet; run: stagegate run' }],
    decidedAt: null,
  };
}

/** What speaks against it first; what it passed is no reason. */
function againstFirst(checks: readonly Explanation['reasons'][number][]): Explanation['reasons'] {
  const rank = { fail: 0, inconclusive: 1, pending: 2, pass: 3 } as const;
  return checks
    .map(({ outcome, reason }) => ({ outcome, reason }))
    .toSorted((a, b) => rank[a.outcome] - rank[b.outcome]);
}

import type { RunRecord, Verdict } from '../model/index.ts';

/** What became of one planted fault. */
export interface DrillResult {
  readonly fault: string;
  readonly what: string;
  readonly service: string;
  readonly outcome: 'caught' | 'blamed-another' | 'uncaught' | 'inconclusive' | 'impossible';
  /** The stage or check that caught it: `functional`, `no-lost-requests`. */
  readonly by: string | null;
  /** Where it was stopped: `dev → test`. */
  readonly gate: string | null;
  /** The reason as the gate gives it. */
  readonly reason: string;
  readonly seconds: number;
}

type Answer = Pick<DrillResult, 'outcome' | 'by' | 'gate' | 'reason'>;

/** Who caught a fault that was planted into a service, from the record of the run. Pure. */
export function outcomeOf(record: RunRecord, service: string): Answer {
  const [problem] = record.problems;
  if (problem !== undefined) {
    return { outcome: 'inconclusive', by: null, gate: null, reason: `${problem.code}: ${problem.message}` };
  }
  if (record.verdict === 'pass') {
    return { outcome: 'uncaught', by: null, gate: null, reason: `it reached ${record.target}` };
  }
  const own = firstNo(record.verdicts.filter((verdict) => verdict.service === service));
  if (own !== null) return { outcome: 'caught', ...own };
  const build = record.steps.find(({ id, outcome }) => id === `build ${service}` && outcome === 'fail');
  if (build !== undefined) {
    return { outcome: 'caught', by: 'build', gate: null, reason: build.detail ?? 'its build failed' };
  }
  const other = firstNo(record.verdicts);
  return other === null
    ? {
        outcome: 'uncaught',
        by: null,
        gate: null,
        reason: 'the run did not end with yes, and no gate said no',
      }
    : { outcome: 'blamed-another', ...other };
}

function firstNo(verdicts: readonly Verdict[]): Omit<Answer, 'outcome'> | null {
  const [verdict] = verdicts
    .filter(({ kind }) => kind !== 'pass')
    .toSorted((a, b) => a.decidedAt.localeCompare(b.decidedAt));
  if (verdict === undefined) return null;
  const check =
    verdict.checks.find(({ outcome }) => outcome === 'fail') ??
    verdict.checks.find(({ outcome }) => outcome !== 'pass');
  return {
    by: check?.stage ?? check?.check ?? null,
    gate: `${verdict.from ?? 'build'} → ${verdict.to}`,
    reason: `${verdict.service}: ${check?.reason ?? 'no reason was given'}`,
  };
}

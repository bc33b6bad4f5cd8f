import { counted, type ObservationRule } from '../model/index.ts';

/** What was seen of a version since it was deployed. */
export interface Seen {
  readonly requests: number;
  readonly failed: number;
  readonly instances: number;
  readonly healthy: number;
}

export interface JudgedObservation {
  readonly outcome: 'pass' | 'fail';
  readonly reason: string;
}

/** Does a version that was just deployed do its work? Too few requests say nothing against it. Pure. */
export function judgeObservation(seen: Seen, rule: ObservationRule): JudgedObservation {
  const { requests, failed, instances, healthy } = seen;
  if (healthy < instances) {
    return { outcome: 'fail', reason: `${healthy} of ${counted(instances, 'task')} were healthy` };
  }
  if (requests < rule.minRequests) {
    return {
      outcome: 'pass',
      reason: `its tasks stayed healthy; ${counted(requests, 'request')} are too few to say more`,
    };
  }
  const reason = `${failed} of ${requests} requests failed, at most ${percent(rule.maxFailedShare)} may`;
  return { outcome: failed / requests > rule.maxFailedShare ? 'fail' : 'pass', reason };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

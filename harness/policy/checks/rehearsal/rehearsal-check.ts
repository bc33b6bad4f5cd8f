import {
  promotedIn,
  type RehearsalMeasures,
  type RehearsedServiceRecord,
  rehearsalOf,
  type State,
} from '../../../ledger/index.ts';
import { type CheckResult, counted, type VerdictKind } from '../../../model/index.ts';
import type { Check, GateQuestion, Policy } from '../../check.ts';

/** What a check of the rehearsal says of one service. */
export interface RehearsalAnswer {
  readonly outcome: VerdictKind;
  readonly reason: string;
  readonly evidence?: readonly string[];
}

/**
 * A check that reads what the rehearsal measured of the artifact over what is promoted in the environment. `judge` resolves to
 * null where it has nothing to say; whether there was a rehearsal at all is the business of the check `rehearsal`.
 */
export function rehearsalCheck(
  name: string,
  order: number,
  judge: (rehearsed: RehearsedServiceRecord, policy: Policy) => RehearsalAnswer | null,
): Check {
  return {
    name,
    order,
    judge(question, state, policy): readonly CheckResult[] {
      const found = rehearsalFor(question, state);
      if (found === undefined || found.rehearsed.obstacle !== null) return [];
      const answer = judge(found.rehearsed, policy);
      return answer === null ? [] : [{ check: name, ...answer }];
    },
  };
}

/** The newest rehearsal of the artifact over the version that it would replace; undefined when there is none. */
export function rehearsalFor({ artifact, to }: GateQuestion, state: State): ReturnType<typeof rehearsalOf> {
  return rehearsalOf(state, artifact, promotedIn(state, artifact.service, to)?.digest ?? null);
}

/** `3 of 412 requests` */
export function share(failed: number, requests: number): string {
  return `${failed} of ${counted(requests, 'request')}`;
}

/** From 0 to 1; 0 where nothing was asked. */
export function failedShare(answered: RehearsalMeasures['before']): number {
  return answered === undefined || answered.requests === 0 ? 0 : answered.failed / answered.requests;
}

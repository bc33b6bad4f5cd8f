import type { State } from '../ledger/index.ts';
import { type Verdict, worstOf } from '../model/index.ts';
import type { GateQuestion, Policy } from './check.ts';

/**
 * May this artifact enter `to`? Pure, from the state alone. Every check must find a reason to say yes; no check at all is
 * `inconclusive`.
 */
export function judge(question: GateQuestion, state: State, policy: Policy): Verdict {
  const { artifact, from, to, decidedAt } = question;
  const checks = policy.checks.flatMap((check) => check.judge(question, state, policy));
  return {
    kind: worstOf(checks.map(({ outcome }) => outcome)),
    service: artifact.service,
    version: artifact.version,
    digest: artifact.digest,
    from,
    to,
    checks,
    decidedAt,
  };
}

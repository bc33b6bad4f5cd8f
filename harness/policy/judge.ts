import { type BrokenGlass, placeOf, type State } from '../ledger/index.ts';
import { type CheckResult, defaultRules, type Verdict, worstOf } from '../model/index.ts';
import type { GateQuestion, Policy } from './check.ts';
import { hasRole } from './people.ts';
import { forgive } from './quarantine.ts';

/**
 * May this artifact enter `to`? Pure, from the state alone. Every check must find a reason to say yes; no check at all is
 * `inconclusive`.
 */
export function judge(question: GateQuestion, state: State, policy: Policy): Verdict {
  const { artifact, from, to, decidedAt, isRollback = false } = question;
  const asked = policy.checks.filter(({ ofRollbacks = false }) => !isRollback || ofRollbacks);
  const forgiven = forgive(state, policy.quarantine ?? [], decidedAt);
  const found = asked.flatMap((check) => check.judge(question, forgiven, policy));
  const glass = brokenGlass(question, state, policy);
  const checks = glass === undefined ? found : found.map((check) => withGlass(check, glass));
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

/** For exactly this digest, not expired, by somebody who may. */
function brokenGlass(
  { artifact, to, decidedAt }: GateQuestion,
  state: State,
  { rules = defaultRules, roles = {} }: Policy,
): BrokenGlass | undefined {
  const allowed = rules.breakGlass?.roles ?? [];
  return state.brokenGlass
    .get(placeOf(artifact.service, to))
    ?.findLast(
      ({ digest, until, by }) =>
        digest === artifact.digest && until > decidedAt && allowed.some((role) => hasRole(roles, role, by)),
    );
}

/** Whatever was found against it is let through as somebody's debt; only bytes that are not there cannot be. */
function withGlass(check: CheckResult, { by, reason, until }: BrokenGlass): CheckResult {
  if (check.outcome === 'pass' || check.check === 'artifact') return check;
  return {
    ...check,
    outcome: 'pass',
    reason: `${check.reason} (let through by ${by}: ${reason})`,
    debt: { owner: by, reason, until },
  };
}

import type { Approval, State } from '../../ledger/index.ts';
import {
  type ApprovalRule,
  type CheckResult,
  counted,
  defaultRules,
  shortDigest,
} from '../../model/index.ts';
import { authorsOf } from '../authors.ts';
import type { Check, GateQuestion, Policy } from '../check.ts';
import { hasRole, isSamePerson } from '../people.ts';

/** Did enough people who may say so say yes to exactly this digest, and nobody no? */
export default {
  name: 'approval',
  order: 60,
  judge(question, state, policy) {
    const said = newestPerPerson(question, state);
    const rejected = said.find(({ decision }) => decision === 'reject');
    if (rejected !== undefined) return [result('fail', `${rejected.by} rejected it: ${rejected.reason}`)];
    const { approvals: rule } = policy.rules ?? defaultRules;
    return rule === null ? [] : [count(said, rule, question, state, policy)];
  },
} satisfies Check;

/** What each person said last about this digest; what was said about another one counts for nothing. */
function newestPerPerson({ artifact, to }: GateQuestion, state: State): readonly Approval[] {
  const about = state.approvals.filter(
    ({ service, environment, digest }) =>
      service === artifact.service && environment === to && digest === artifact.digest,
  );
  return [...new Map(about.map((approval) => [approval.by.toLowerCase(), approval])).values()];
}

function count(
  said: readonly Approval[],
  rule: ApprovalRule,
  question: GateQuestion,
  state: State,
  { roles = {} }: Policy,
): CheckResult {
  const judged = said.map((approval) => ({ approval, against: whyNot(approval, rule, question, state) }));
  const valid = judged.filter(({ against }) => against === null).map(({ approval }) => approval);
  const missing = rule.roles.filter((role) => !valid.some(({ by }) => hasRole(roles, role, by)));
  if (valid.length >= rule.count && missing.length === 0) {
    return result('pass', `approved by ${valid.map(({ by, reason }) => `${by} (${reason})`).join(', ')}`);
  }
  const parts = [
    `it has ${counted(valid.length, 'approval')} of ${rule.count}`,
    ...missing.map(
      (role) => `none of a ${role} (${(roles[role] ?? []).join(', ') || 'nobody has that role'})`,
    ),
    ...judged.flatMap(({ against }) => against ?? []),
    ...ofOtherDigests(said, question, state),
  ];
  return result('pending', parts.join('; '));
}

const hourMs = 3_600_000;

function whyNot(
  { by, at }: Approval,
  rule: ApprovalRule,
  question: GateQuestion,
  state: State,
): string | null {
  const authors = authorsOf(question.artifact, question.to, state);
  if (!rule.byAuthor && authors.some((author) => isSamePerson(author, by))) {
    return `that of ${by} does not count, who is an author of the change`;
  }
  const ageMs = Date.parse(question.decidedAt) - Date.parse(at);
  if (rule.expireAfterHours !== null && ageMs > rule.expireAfterHours * hourMs) {
    return `that of ${by} expired ${rule.expireAfterHours} hours after ${at}`;
  }
  return null;
}

function ofOtherDigests(
  said: readonly Approval[],
  { artifact, to }: GateQuestion,
  state: State,
): readonly string[] {
  const other = state.approvals.findLast(
    (one) => one.service === artifact.service && one.environment === to && one.digest !== artifact.digest,
  );
  if (other === undefined || said.length > 0) return [];
  return [`${other.by} approved ${shortDigest(other.digest)}, not ${shortDigest(artifact.digest)}`];
}

function result(outcome: CheckResult['outcome'], reason: string): CheckResult {
  return { check: 'approval', outcome, reason };
}

import { promotedIn, type RehearsedServiceRecord, type State } from '../../ledger/index.ts';
import { type CheckResult, shortDigest } from '../../model/index.ts';
import type { Check, GateQuestion, Policy } from '../check.ts';
import dependencies from './dependencies.ts';
import { rehearsalFor } from './rehearsal/rehearsal-check.ts';
import stage from './stage.ts';

/** Was it rolled over what the environment runs, in a replica of it, and did it get to the end? */
export default {
  name: 'rehearsal',
  order: 50,
  judge(question, state, policy): readonly CheckResult[] {
    const promoted = promotedIn(state, question.artifact.service, question.to);
    // It is there already: nothing would change.
    if (promoted?.digest === question.artifact.digest) return [];
    const found = rehearsalFor(question, state);
    if (found === undefined) return notRehearsed(question, state, policy);
    const { obstacle } = found.rehearsed;
    if (obstacle !== null) {
      return [{ check: 'rehearsal', outcome: 'fail', reason: `in a replica of ${question.to}, ${obstacle}` }];
    }
    return [
      {
        check: 'rehearsal',
        outcome: 'pass',
        reason: `rolled out over ${overWhat(found.rehearsed, question)}`,
      },
    ];
  },
} satisfies Check;

function overWhat({ previous, overItself }: RehearsedServiceRecord, { to }: GateQuestion): string {
  if (previous === null) return `itself, because ${to} has no version to replace`;
  const name = `${previous.version} (${shortDigest(previous.digest)})`;
  return overItself ? `itself, because the bytes of ${name} can no longer be had` : name;
}

function notRehearsed(question: GateQuestion, state: State, policy: Policy): readonly CheckResult[] {
  const { artifact, to } = question;
  // What failed before, or lacks a service that it calls, is not rehearsed: those checks say why.
  const earlier = [stage, dependencies].flatMap((check) => check.judge(question, state, policy));
  if (policy.rehearsal !== true || earlier.some(({ outcome }) => outcome !== 'pass')) return [];
  const promoted = promotedIn(state, artifact.service, to);
  const over = promoted === undefined ? 'itself' : `${promoted.version} in ${to}`;
  const reason = `its rollout over ${over} was not rehearsed`;
  return [{ check: 'rehearsal', outcome: 'inconclusive', reason }];
}

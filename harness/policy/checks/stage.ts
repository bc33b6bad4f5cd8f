import { evidenceFor, lastAttempt, type State } from '../../ledger/index.ts';
import { type CheckResult, type StageName, shortDigest } from '../../model/index.ts';
import type { Check, GateQuestion } from '../check.ts';
import { type Answer, newestOf, readEvidence } from '../read-evidence.ts';
import { systemAnswer } from '../system-answer.ts';

/** Stages whose subject is the system: one service's failure speaks about everything that was tested together. */
const systemStages: readonly StageName[] = ['acceptance'];

/** Did every stage that the gate requires pass for exactly this digest? */
export default {
  name: 'stage',
  order: 30,
  judge(question, state, { requires, exemptions = [] }) {
    const { to, artifact, from } = question;
    if (requires.length + exemptions.length === 0) {
      const reason = `the gate to ${to} requires no stages, so there is no evidence to check`;
      return [{ check: 'stage', outcome: 'inconclusive', reason }];
    }
    // What never reached this gate has one reason, and the deployment check gives it.
    if (lastAttempt(state, artifact.service, from, artifact.digest) === undefined) return [];
    const exempt = exemptions.map(({ stage, because }): CheckResult => {
      const reason = `${stage} is not asked of ${artifact.service}: ${because}`;
      return { check: 'stage', stage, outcome: 'pass', reason };
    });
    const asked = requires.map((stage): CheckResult => {
      const answer = systemStages.includes(stage)
        ? systemAnswer(stage, question, state)
        : serviceAnswer(stage, question, state);
      return { check: 'stage', stage, ...answer };
    });
    return [...asked, ...exempt];
  },
} satisfies Check;

function serviceAnswer(stage: StageName, { artifact }: GateQuestion, state: State): Answer {
  const newest = newestOf(evidenceFor(state, artifact, stage));
  if (newest !== undefined) return readEvidence(newest);
  const foreign = newestOf(
    [...state.evidence.values()]
      .flat()
      .filter((evidence) => evidence.stage === stage && evidence.service === artifact.service),
  );
  return {
    outcome: 'inconclusive',
    reason:
      foreign === undefined
        ? `${stage} has not run for ${shortDigest(artifact.digest)}`
        : `${stage} ran for ${shortDigest(foreign.digest)}, not for ${shortDigest(artifact.digest)}`,
  };
}

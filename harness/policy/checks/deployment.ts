import { deployedNow, lastAttempt, type State } from '../../ledger/index.ts';
import { counted, shortDigest } from '../../model/index.ts';
import type { Check, GateQuestion } from '../check.ts';

/** Was exactly this digest deployed to the environment it comes from, and did it become healthy there? */
export default {
  name: 'deployment',
  order: 20,
  judge: (question, state) => [{ check: 'deployment', ...answer(question, state) }],
} satisfies Check;

function answer(
  { artifact, from }: GateQuestion,
  state: State,
): { readonly outcome: 'pass' | 'fail' | 'inconclusive'; readonly reason: string } {
  const attempt = lastAttempt(state, artifact.service, from, artifact.digest);
  if (attempt === undefined) {
    const other = deployedNow(state, artifact.service, from);
    const instead = other === undefined ? '' : `; ${shortDigest(other.digest)} is`;
    return { outcome: 'inconclusive', reason: `it was not deployed to ${from}${instead}` };
  }
  if (attempt.outcome === 'fail') {
    return {
      outcome: 'fail',
      reason: `its deployment to ${from} failed: ${attempt.because ?? 'no reason given'}`,
    };
  }
  const tasks = attempt.tasks === undefined ? '' : ` with ${counted(attempt.tasks, 'healthy task')}`;
  return { outcome: 'pass', reason: `deployed in ${from}${tasks}` };
}

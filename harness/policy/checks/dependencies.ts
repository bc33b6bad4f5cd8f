import { deployedNow, lastAttempt, lastVerdict, promotedIn, type State } from '../../ledger/index.ts';
import { type CheckResult, shortDigest } from '../../model/index.ts';
import type { Check, GateQuestion } from '../check.ts';

/** Is there, or will there be, a version of every service it calls in the environment it wants to enter? */
export default {
  name: 'dependencies',
  order: 40,
  judge(question, state) {
    const { artifact, from } = question;
    if (lastAttempt(state, artifact.service, from, artifact.digest) === undefined) return [];
    return question.neighbours.map(
      (neighbour): CheckResult => ({ check: 'dependencies', ...answer(neighbour, question, state) }),
    );
  },
} satisfies Check;

function answer(
  neighbour: string,
  { to, candidates }: GateQuestion,
  state: State,
): { readonly outcome: 'pass' | 'pending' | 'inconclusive'; readonly reason: string } {
  const deployed = deployedNow(state, neighbour, to);
  // A cluster that ends with its command may be gone by now; what counts of it is what it proved.
  if (deployed?.platform.lifetime === 'lasting') {
    return {
      outcome: 'pass',
      reason: `${neighbour} is deployed in ${to} as ${shortDigest(deployed.digest)}`,
    };
  }
  const candidate = candidates.find(({ service }) => service === neighbour);
  const verdict = candidate && lastVerdict(state, neighbour, to, candidate.digest);
  const attempt = candidate && lastAttempt(state, neighbour, to, candidate.digest);
  if (verdict?.kind === 'pass' && attempt?.outcome !== 'fail') {
    return { outcome: 'pass', reason: `${neighbour} may enter ${to} as ${shortDigest(verdict.digest)}` };
  }
  const promoted = promotedIn(state, neighbour, to);
  if (promoted !== undefined) {
    return {
      outcome: 'pass',
      reason: `${neighbour} stays in ${to} as ${promoted.version} (${shortDigest(promoted.digest)})`,
    };
  }
  if (verdict?.kind === 'pending') {
    return { outcome: 'pending', reason: `${neighbour}, which it calls, waits to enter ${to} itself` };
  }
  if (attempt?.outcome === 'fail') {
    return {
      outcome: 'inconclusive',
      reason: `${neighbour}, which it calls, could not be deployed to ${to}`,
    };
  }
  return {
    outcome: 'inconclusive',
    reason: `${neighbour}, which it calls, was not promoted to ${to}, and no version of it is deployed there`,
  };
}

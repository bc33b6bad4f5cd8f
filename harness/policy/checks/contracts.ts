import { type Matrix, matrixOf, type Pair } from '../../contracts/index.ts';
import { evidenceFor, type State } from '../../ledger/index.ts';
import { type CheckResult, counted } from '../../model/index.ts';
import type { Check, GateQuestion } from '../check.ts';
import { adviceOn } from '../contracts/advice.ts';
import { versionOf, versionsIn } from '../contracts/environment-versions.ts';
import { type Neighbour, neighboursThere } from '../contracts/neighbours-there.ts';
import { named, sentenceOf } from '../contracts/sentences.ts';

/** Does it keep, and find kept, every contract with the versions it would run beside, while it takes the old one's place? */
export default {
  name: 'contracts',
  order: 45,
  judge(question, state) {
    if (!hasContracts(question, state)) return [];
    const matrix = matrixOf(state);
    const asked = askBothWays(question, state, matrix);
    const against = asked.pairs.filter(({ pair }) => pair.outcome !== 'pass');
    const results = [
      ...against.map(({ pair, neighbour }) =>
        result(pair.outcome === 'fail' ? 'fail' : 'inconclusive', sentenceOf(pair, neighbour, question)),
      ),
      ...asked.silent.map((neighbour) => result('inconclusive', silence(neighbour, question))),
    ];
    const [first] = results;
    if (first === undefined)
      return asked.pairs.length === 0 ? [] : [result('pass', success(asked.pairs.length, question))];
    const advice = adviceOn(question, state, matrix);
    return [...results, ...advice.map((reason) => result(first.outcome, reason))];
  },
} satisfies Check;

function result(outcome: CheckResult['outcome'], reason: string): CheckResult {
  return { check: 'contracts', outcome, reason };
}

/** Before the contract stage ran for exactly this digest nothing is known, and it is that stage's gate that says so. */
function hasContracts({ artifact }: GateQuestion, state: State): boolean {
  return (
    evidenceFor(state, artifact, 'contract').length > 0 ||
    state.pacts.some(({ consumer, digest }) => consumer === artifact.service && digest === artifact.digest)
  );
}

interface Asked {
  readonly pairs: readonly { readonly pair: Pair; readonly neighbour: Neighbour }[];
  /** Neighbours that went through a contract stage of which the ledger kept no pacts. */
  readonly silent: readonly Neighbour[];
}

function askBothWays(question: GateQuestion, state: State, matrix: Matrix): Asked {
  const { artifact, to } = question;
  const candidate = versionOf(state, artifact);
  const isThere = versionsIn(state, to).some(
    ({ name, digest }) => name === artifact.service && digest === artifact.digest,
  );
  // What runs side by side already is not changed by this promotion.
  const neighbours = neighboursThere(question, state).filter(({ how }) => !isThere || how === 'entering');
  return {
    pairs: neighbours.flatMap((neighbour) =>
      matrix.between(candidate, neighbour).map((pair) => ({ pair, neighbour })),
    ),
    silent: neighbours.filter(
      (neighbour) =>
        neighbour.how !== 'entering' &&
        neighbour.digest !== null &&
        matrix.expectationsOf(neighbour) === undefined &&
        evidenceFor(state, { service: neighbour.name, digest: neighbour.digest }, 'contract').length > 0,
    ),
  };
}

function silence(neighbour: Neighbour, { artifact, to }: GateQuestion): string {
  return (
    `what ${named(neighbour)} in ${to} expects of ${artifact.service} is not in the ledger; ` +
    `check out that version and run: stagegate stage contract ${neighbour.name}`
  );
}

function success(pairs: number, { to }: GateQuestion): string {
  return `${counted(pairs, 'contract')} with the versions in ${to} verified, as consumer and as provider`;
}

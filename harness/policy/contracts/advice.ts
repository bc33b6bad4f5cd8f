import { type ContractVersion, type Matrix, type Move, safeOrder } from '../../contracts/index.ts';
import type { State } from '../../ledger/index.ts';
import type { GateQuestion } from '../check.ts';
import { versionOf, versionsIn } from './environment-versions.ts';
import { named } from './sentences.ts';

/** What would make a candidate that does not fit deployable, one sentence each. Pure. */
export function adviceOn(question: GateQuestion, state: State, matrix: Matrix): readonly string[] {
  const { artifact, to } = question;
  const there = versionsIn(state, to);
  const own: Move = {
    to: versionOf(state, artifact),
    from: there.find(({ name }) => name === artifact.service) ?? null,
  };
  const moves = relatedMoves(own, movesOf(question, state, there), matrix);
  const staying = there.filter(({ name }) => !moves.some((move) => move.to.name === name));
  const order = safeOrder(moves, staying, matrix);
  return [
    order === null ? noOrder(moves, there, matrix) : orderSentence(order, to),
    ...nearest(own, there, state, matrix, to),
  ];
}

/** Every candidate that would change what is in the environment. */
function movesOf(
  { candidates }: GateQuestion,
  state: State,
  there: readonly ContractVersion[],
): readonly Move[] {
  return candidates.flatMap((candidate): Move[] => {
    const from = there.find(({ name }) => name === candidate.service) ?? null;
    return from?.digest === candidate.digest ? [] : [{ to: versionOf(state, candidate), from }];
  });
}

/** The move and those that it does not fit, directly or through others: the rest may come in any order. */
function relatedMoves(own: Move, all: readonly Move[], matrix: Matrix): readonly Move[] {
  const related = [own];
  for (const move of related) {
    const more = all.filter(
      (other) => !related.some(({ to }) => to.name === other.to.name) && isStrained(move, other, matrix),
    );
    related.push(...more);
  }
  return related;
}

function isStrained(a: Move, b: Move, matrix: Matrix): boolean {
  const versions = (move: Move) => [move.to, ...(move.from === null ? [] : [move.from])];
  return versions(a).some((one) =>
    versions(b).some((other) => matrix.between(one, other).some(({ outcome }) => outcome !== 'pass')),
  );
}

function orderSentence(order: readonly Move[], to: string): string {
  const [first, ...others] = order.map((move) => named(move.to));
  return others.length === 0
    ? `${first} fits ${to} once its neighbours there are settled`
    : `a safe order: promote ${[first, ...others].join(', then ')}`;
}

/** The proof that no order works, and the change that makes one. */
function noOrder(moves: readonly Move[], there: readonly ContractVersion[], matrix: Matrix): string {
  const broken = moves.flatMap(({ to }) =>
    there
      .filter(({ name }) => name !== to.name)
      .flatMap((version) => matrix.between(to, version))
      .filter(({ outcome }) => outcome !== 'pass'),
  );
  const proof = broken.map(
    (pair) =>
      `${named(pair.provider)} ${pair.outcome === 'fail' ? 'does not keep' : 'is not known to keep'} what ${named(pair.consumer)} expects`,
  );
  const names = moves.map(({ to }) => named(to)).join(' and ');
  const subject =
    moves.length === 1 ? `${names} cannot take its place as it is` : `no order of ${names} works`;
  return `${subject}: ${[...new Set(proof)].join('; ')}. ${expandSentence(broken)}`;
}

function expandSentence(
  broken: readonly { readonly provider: ContractVersion; readonly consumer: ContractVersion }[],
): string {
  const providers = [...new Set(broken.map(({ provider }) => provider.name))];
  return providers
    .map((provider) => {
      const consumers = [
        ...new Set(
          broken.filter((pair) => pair.provider.name === provider).map(({ consumer }) => consumer.name),
        ),
      ].join(' and ');
      return (
        `Expand first: promote a version of ${provider} that does what the old and the new ${consumers} expect; ` +
        `then promote the new ${consumers}; then take the old out of ${provider}`
      );
    })
    .join('. ');
}

/** The newest other build of the service that fits what is there. */
function nearest(
  { to, from }: Move,
  there: readonly ContractVersion[],
  state: State,
  matrix: Matrix,
  environment: string,
): readonly string[] {
  const others = there.filter(({ name }) => name !== to.name);
  const fitting = state.artifacts
    .filter(({ service, digest }) => service === to.name && digest !== to.digest)
    .findLast((artifact) => {
      const version = versionOf(state, artifact);
      const isKnown = matrix.expectationsOf(version) !== undefined;
      const pairs = others.flatMap((other) => matrix.between(version, other));
      return (
        artifact.digest === from?.digest || (isKnown && pairs.every(({ outcome }) => outcome === 'pass'))
      );
    });
  if (fitting === undefined) return [`no other build of ${to.name} is known to fit ${environment}`];
  const there_ = fitting.digest === from?.digest ? ', which is there' : '';
  return [`the newest ${to.name} that fits ${environment} is ${named(versionOf(state, fitting))}${there_}`];
}

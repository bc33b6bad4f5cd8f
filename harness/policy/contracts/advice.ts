import { type ContractVersion, type Matrix, type Move, type Pair, safeOrder } from '../../contracts/index.ts';
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
    ...(order === null ? noOrder(moves, there, matrix) : [orderSentence(order, to)]),
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

/** The proof that no order works, and the change that makes one; nothing where it is only unknown. */
function noOrder(
  moves: readonly Move[],
  there: readonly ContractVersion[],
  matrix: Matrix,
): readonly string[] {
  const open = moves.flatMap(({ to }) =>
    there
      .filter(({ name }) => name !== to.name)
      .flatMap((version) => matrix.between(to, version))
      .filter(({ outcome }) => outcome !== 'pass'),
  );
  if (open.every(({ outcome }) => outcome === 'unknown')) return [];
  const proof = open.map(
    ({ provider, consumer, outcome }) =>
      `${named(provider)} ${outcome === 'fail' ? 'does not keep' : 'is not known to keep'} what ${named(consumer)} expects`,
  );
  const names = moves.map(({ to }) => named(to)).join(' and ');
  const subject =
    moves.length === 1 ? `${names} cannot take its place as it is` : `no order of ${names} works`;
  const steps = open.map((pair) => expandSentence(pair, moves));
  return [`${subject}: ${[...new Set(proof)].join('; ')}. ${[...new Set(steps)].join('. ')}`];
}

/** Which change, promoted first, lets the others follow. */
function expandSentence({ provider, consumer }: Pair, moves: readonly Move[]): string {
  const changes = (name: string): boolean => moves.some(({ to }) => to.name === name);
  if (changes(provider.name) && changes(consumer.name)) {
    return (
      `Expand first: promote a version of ${provider.name} that does what the old and the new ${consumer.name} expect; ` +
      `then promote the new ${consumer.name}; then take the old out of ${provider.name}`
    );
  }
  return changes(provider.name)
    ? `Expand first: keep what ${named(consumer)} expects beside the new, and take it out once no version that expects it is there`
    : `Expand first: promote a version of ${provider.name} that does what ${named(consumer)} expects, then ${named(consumer)}`;
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

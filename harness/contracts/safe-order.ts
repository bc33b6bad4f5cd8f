import type { ContractVersion, Matrix } from './matrix.ts';

/** A version that is to take the place of another one; `from` is null where there is none yet. */
export interface Move {
  readonly to: ContractVersion;
  readonly from: ContractVersion | null;
}

/** What an order that includes every move has to try; more would take too long and reads like noise. */
const mostMoves = 10;

/**
 * An order in which all moves can be made one after another, so that at every moment everything deployed fits together,
 * the old and the new version of what is being rolled out included; null when there is none. What is unknown does not
 * fit. `others` stay as they are.
 */
export function safeOrder(
  moves: readonly Move[],
  others: readonly ContractVersion[],
  matrix: Matrix,
): readonly Move[] | null {
  if (moves.length > mostMoves) return null;
  const fits = (move: Move, made: ReadonlySet<Move>): boolean => {
    const beside = moves
      .filter((other) => other !== move)
      .flatMap((other) => (made.has(other) ? other.to : (other.from ?? [])));
    return [...others, ...beside].every((version) =>
      matrix.between(move.to, version).every(({ outcome }) => outcome === 'pass'),
    );
  };
  const dead = new Set<string>();
  const search = (made: readonly Move[]): readonly Move[] | null => {
    if (made.length === moves.length) return made;
    const key = moves.map((move) => (made.includes(move) ? '1' : '0')).join('');
    if (dead.has(key)) return null;
    for (const move of moves) {
      if (made.includes(move) || !fits(move, new Set(made))) continue;
      const order = search([...made, move]);
      if (order !== null) return order;
    }
    dead.add(key);
    return null;
  };
  return search([]);
}

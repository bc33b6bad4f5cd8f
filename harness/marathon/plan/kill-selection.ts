import type { AppDefinition } from '../definition/index.ts';
import type { Placement } from '../offers/index.ts';
import type { Condition } from '../views/index.ts';

export interface KillCandidate extends Placement {
  readonly condition: Condition;
  /** When it was staged, or started if it was; milliseconds since the epoch. */
  readonly since: number;
}

/** `count` instances to kill, in order: the condemned, those that even out GROUP_BY, then by state and age. */
export function selectVictims(
  _app: AppDefinition,
  _candidates: readonly KillCandidate[],
  _count: number,
  _condemned: readonly string[] = [],
): readonly KillCandidate[] {
  throw new Error('not written yet');
}

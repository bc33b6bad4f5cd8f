import type { AppDefinition } from '../definition/index.ts';
import { fieldOf, type Placement } from '../offers/index.ts';
import type { Condition } from '../views/index.ts';

export interface KillCandidate extends Placement {
  readonly condition: Condition;
  /** When it was staged, or started if it was; milliseconds since the epoch. */
  readonly since: number;
}

/**
 * `count` instances to kill, in order: the condemned, those that even out GROUP_BY, then by state and age. All condemned
 * are chosen, also when they are more than `count`.
 */
export function selectVictims<Candidate extends KillCandidate>(
  app: AppDefinition,
  candidates: readonly Candidate[],
  count: number,
  condemned: readonly string[] = [],
): readonly Candidate[] {
  const doomed = candidates.filter((candidate) => condemned.includes(candidate.instanceId));
  const others = candidates.filter((candidate) => !condemned.includes(candidate.instanceId));
  const wanted = Math.max(0, count - doomed.length);
  const evening = wanted < others.length ? unevenOnes(app, others, wanted) : [];
  const rest = others
    .filter((candidate) => !evening.includes(candidate))
    .toSorted((a, b) => rank(a) - rank(b) || byAge(app, a, b));
  return [...doomed, ...[...evening, ...rest].slice(0, wanted)];
}

const order: readonly Condition[] = ['Unreachable', 'Staging', 'Starting', 'Running'];

function rank(candidate: KillCandidate): number {
  const index = order.indexOf(candidate.condition);
  return index === -1 ? order.length : index;
}

function byAge(app: AppDefinition, a: KillCandidate, b: KillCandidate): number {
  return app.killSelection === 'YOUNGEST_FIRST' ? b.since - a.since : a.since - b.since;
}

/** Up to `wanted` instances whose death leaves every GROUP_BY constraint no more uneven than before. */
function unevenOnes<Candidate extends KillCandidate>(
  app: AppDefinition,
  candidates: readonly Candidate[],
  wanted: number,
): readonly Candidate[] {
  const fields = app.constraints.filter(({ operator }) => operator === 'GROUP_BY').map(({ field }) => field);
  const chosen: Candidate[] = [];
  if (fields.length === 0) return chosen;
  const groupings = fields.map((field) => [
    ...Map.groupBy(candidates, (one) => fieldOf(one, field)).values(),
  ]);
  const spread = (grouping: readonly (readonly Candidate[])[], dead: readonly Candidate[]): number => {
    const sizes = grouping.map((group) => group.filter((one) => !dead.includes(one)).length);
    return Math.max(...sizes) - Math.min(...sizes);
  };
  const helps = (candidate: Candidate): boolean =>
    groupings.every((grouping) => {
      const after = spread(grouping, [...chosen, candidate]);
      return after <= 1 || after < spread(grouping, []);
    });
  while (chosen.length < wanted) {
    const alive = candidates.filter((one) => !chosen.includes(one));
    const crowd = (one: Candidate): number =>
      Math.max(
        ...groupings.map((grouping) => {
          const group = grouping.find((members) => members.includes(one)) ?? [];
          return group.filter((member) => !chosen.includes(member)).length;
        }),
      );
    const next = alive.toSorted((a, b) => crowd(b) - crowd(a)).find(helps);
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen;
}

import type { AppDefinition } from '../definition/index.ts';
import { fieldOf, type Placement } from '../offers/index.ts';
import type { Condition } from '../views/index.ts';

/** An instance that may be chosen to die. */
export interface KillCandidate extends Placement {
  readonly condition: Condition;
  /** When it was staged, or started if it was: a reading of the monotonic clock. */
  readonly since: number;
}

/**
 * `count` instances to kill, in order: the condemned, those that have no living task, those that even out GROUP_BY, then by
 * state and age. All condemned are chosen, also when they are more than `count`. (Marathon kills instances that wait for
 * an offer last, and so may stop the only one that runs.)
 */
export function selectVictims<Candidate extends KillCandidate>(
  app: AppDefinition,
  candidates: readonly Candidate[],
  count: number,
  condemned: readonly string[] = [],
): readonly Candidate[] {
  const ids = new Set(condemned);
  const doomed = candidates.filter((candidate) => ids.has(candidate.instanceId));
  const others = candidates
    .filter((candidate) => !ids.has(candidate.instanceId))
    .toSorted((a, b) => rank(a) - rank(b) || byAge(app, a, b));
  const idle = others.filter((candidate) => rank(candidate) === -1);
  const placed = others.filter((candidate) => rank(candidate) !== -1);
  const wanted = Math.max(0, count - doomed.length);
  const wantedPlaced = Math.max(0, wanted - idle.length);
  const evening = wantedPlaced < placed.length ? unevenOnes(app, placed, wantedPlaced) : new Set<Candidate>();
  const rest = placed.filter((candidate) => !evening.has(candidate));
  return [...doomed, ...[...idle, ...evening, ...rest].slice(0, wanted)];
}

/** Conditions with a task that lives or may come back. */
const order: readonly Condition[] = ['Provisioned', 'Unreachable', 'Staging', 'Starting', 'Running'];

/** -1 without a living task: it waits for an offer, or is ending already. */
function rank({ condition }: KillCandidate): number {
  return order.indexOf(condition);
}

function byAge(app: AppDefinition, a: KillCandidate, b: KillCandidate): number {
  return app.killSelection === 'YOUNGEST_FIRST' ? b.since - a.since : a.since - b.since;
}

/** Candidates that stand in the same group of every constraint, so that it is all one which of them dies. */
interface Bucket<Candidate> {
  readonly groups: readonly Group[];
  readonly left: Candidate[];
}

/** The instances that one GROUP_BY constraint counts together. */
interface Group {
  size: number;
}

/** Up to `wanted` instances, from the fullest groups, whose death leaves no GROUP_BY constraint more uneven than before. */
function unevenOnes<Candidate extends KillCandidate>(
  app: AppDefinition,
  candidates: readonly Candidate[],
  wanted: number,
): ReadonlySet<Candidate> {
  const chosen = new Set<Candidate>();
  const fields = app.constraints.filter(({ operator }) => operator === 'GROUP_BY').map(({ field }) => field);
  if (fields.length === 0) return chosen;
  const groupings = fields.map(() => new Map<string | undefined, Group>());
  const buckets = [...bucketsOf(candidates, fields, groupings)];
  const spreadsBefore = groupings.map(spreadOf);
  while (chosen.size < wanted) {
    const next = buckets
      .filter(({ left }) => left.length > 0)
      .toSorted((a, b) => crowd(b) - crowd(a))
      .find((bucket) => helps(bucket, groupings, spreadsBefore));
    const victim = next?.left.shift();
    if (next === undefined || victim === undefined) break;
    for (const group of next.groups) group.size -= 1;
    chosen.add(victim);
  }
  return chosen;
}

function bucketsOf<Candidate extends KillCandidate>(
  candidates: readonly Candidate[],
  fields: readonly string[],
  groupings: readonly Map<string | undefined, Group>[],
): Iterable<Bucket<Candidate>> {
  const buckets = new Map<string, Bucket<Candidate>>();
  for (const candidate of candidates) {
    const values = fields.map((field) => fieldOf(candidate, field));
    const groups = groupings.map((grouping, index) => {
      const group = grouping.get(values[index]) ?? { size: 0 };
      grouping.set(values[index], group);
      group.size += 1;
      return group;
    });
    const key = JSON.stringify(values);
    const bucket = buckets.get(key) ?? { groups, left: [] };
    buckets.set(key, bucket);
    bucket.left.push(candidate);
  }
  return buckets.values();
}

function crowd({ groups }: Bucket<unknown>): number {
  return Math.max(...groups.map(({ size }) => size));
}

/** Whether one death in the bucket leaves every constraint even, or at least more even than it was. */
function helps(
  { groups }: Bucket<unknown>,
  groupings: readonly Map<string | undefined, Group>[],
  spreadsBefore: readonly number[],
): boolean {
  for (const group of groups) group.size -= 1;
  const spreads = groupings.map(spreadOf);
  for (const group of groups) group.size += 1;
  return spreads.every((after, index) => after <= 1 || after < (spreadsBefore[index] ?? 0));
}

function spreadOf(grouping: ReadonlyMap<string | undefined, Group>): number {
  const sizes = [...grouping.values()].map(({ size }) => size);
  return Math.max(...sizes) - Math.min(...sizes);
}

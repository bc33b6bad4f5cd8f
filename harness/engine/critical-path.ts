import type { Step } from './step.ts';

/** The chain of steps, each needing the one before, that takes longest: no width and no order makes a plan faster. */
export interface CriticalPath {
  /** Ids, in the order they run. */
  readonly steps: readonly string[];
  readonly durationMs: number;
}

/** A step as far as its place in the plan matters. */
type Placed = Pick<Step, 'id' | 'needs'>;

/** How long a step takes by itself, in milliseconds; 0 when nobody knows, or it is not done. */
export type DurationOf = (stepId: string) => number;

/** The longest path through a plan (of the critical path method: no slack on any of its steps). Pure. */
export function criticalPath(steps: readonly Placed[], durationOf: DurationOf): CriticalPath {
  const remaining = remainingMs(steps, durationOf);
  const dependents = dependentsOf(steps);
  const path: string[] = [];
  let candidates = steps.map(({ id }) => id);
  while (candidates.length > 0) {
    const next = candidates.reduce((a, b) => ((remaining.get(b) ?? 0) > (remaining.get(a) ?? 0) ? b : a));
    if ((remaining.get(next) ?? 0) === 0) break;
    path.push(next);
    candidates = dependents.get(next) ?? [];
  }
  const [first] = path;
  return { steps: path, durationMs: first === undefined ? 0 : (remaining.get(first) ?? 0) };
}

/** By step: its own time and that of the longest chain behind it. What has most to come is best begun first. */
export function remainingMs(steps: readonly Placed[], durationOf: DurationOf): ReadonlyMap<string, number> {
  const dependents = dependentsOf(steps);
  const known = new Map<string, number>();
  const of = (id: string): number => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // Steps that need each other are no plan; the engine says so.
    known.set(id, 0);
    const behind = Math.max(0, ...(dependents.get(id) ?? []).map(of));
    const total = durationOf(id) + behind;
    known.set(id, total);
    return total;
  };
  for (const { id } of steps) of(id);
  return known;
}

function dependentsOf(steps: readonly Placed[]): ReadonlyMap<string, string[]> {
  const dependents = new Map<string, string[]>(steps.map(({ id }) => [id, []]));
  for (const { id, needs } of steps) for (const need of needs) dependents.get(need)?.push(id);
  return dependents;
}

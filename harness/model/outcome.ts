/**
 * How anything ended: a check, a gate, a step, a stage. `pending`: a person, a soak or a window is outstanding;
 * `inconclusive`: it could not be found out; `skipped`: it was not run. Only `pass` opens a gate.
 */
export type Outcome = 'pass' | 'fail' | 'pending' | 'inconclusive' | 'skipped';

const fromWorst = ['fail', 'inconclusive', 'pending', 'pass'] as const satisfies readonly Outcome[];

/** A gate is as good as its worst check; what was skipped counts for nothing, and no check at all is no answer. */
export function worstOf(outcomes: readonly Outcome[]): Exclude<Outcome, 'skipped'> {
  return fromWorst.find((outcome) => outcomes.includes(outcome)) ?? 'inconclusive';
}

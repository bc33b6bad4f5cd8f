import type { VerdictKind } from '../model/index.ts';

const fromWorst: readonly VerdictKind[] = ['fail', 'inconclusive', 'pending', 'pass'];

/** A gate is as good as its worst check; no check at all is no answer. */
export function worstOf(outcomes: readonly VerdictKind[]): VerdictKind {
  return fromWorst.find((kind) => outcomes.includes(kind)) ?? 'inconclusive';
}

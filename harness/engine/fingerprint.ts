import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { InputSet, Step, StepKinds } from './step.ts';

/** Equal exactly when all inputs are; null when one of them could not be known. */
export function fingerprintOf(kind: string, inputs: InputSet): string | null {
  if (Object.values(inputs).includes(null)) return null;
  const text = canonicalize({ kind, inputs }) ?? '';
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Each step's inputs and fingerprint, by its id. Pure. @throws when no kind does a step */
export function fingerprintsOf<Known>(
  steps: readonly Step[],
  kinds: StepKinds<Known, never>,
  known: Known,
): ReadonlyMap<string, { readonly inputs: InputSet; readonly fingerprint: string | null }> {
  return new Map(
    steps.map((step) => {
      const inputs = kindOf(kinds, step).inputs(step, known);
      return [step.id, { inputs, fingerprint: fingerprintOf(step.kind, inputs) }];
    }),
  );
}

export function kindOf<Known, Context>(kinds: StepKinds<Known, Context>, step: Step) {
  const kind = kinds.get(step.kind);
  if (kind === undefined) throw new Error(`No step kind "${step.kind}" does step "${step.id}".`);
  return kind;
}

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { InputSet, Step, StepKinds } from './step.ts';

/** Equal exactly when all inputs are; null when one of them could not be known. */
export function fingerprintOf(kind: string, inputs: InputSet): string | null {
  if (Object.values(inputs).includes(null)) return null;
  const text = canonicalize({ kind, inputs }) ?? '';
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** The kind that does a step. @throws when there is none */
export function kindOf<Known, Context>(kinds: StepKinds<Known, Context>, step: Step) {
  const kind = kinds.get(step.kind);
  if (kind === undefined) throw new Error(`No step kind "${step.kind}" does step "${step.id}".`);
  return kind;
}

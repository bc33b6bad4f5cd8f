import { loadDefaults } from '../plumbing/load-defaults.ts';
import type { Step, StepKind, StepKinds } from './step.ts';

/** Every step kind of a folder, one a file. */
export async function loadKinds<Known, Context>(folder: string): Promise<StepKinds<Known, Context>> {
  const kinds = await loadDefaults<StepKind<Step, Known, Context>>(folder);
  return new Map(kinds.map((kind) => [kind.kind, kind]));
}

import { join } from 'node:path';
import { loadKinds, type StepKinds } from '../engine/index.ts';
import type { StepContext } from './context.ts';
import type { Known } from './known.ts';

/** Every kind of step there is, one a file of `kinds/`. */
export function loadStepKinds(): Promise<StepKinds<Known, StepContext>> {
  return loadKinds(join(import.meta.dirname, 'kinds'));
}

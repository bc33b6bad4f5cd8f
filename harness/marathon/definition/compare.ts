import type { AppDefinition } from './types.ts';

/** Whether two definitions agree in everything but version and version info. */
export function hasSameDefinition(_a: AppDefinition, _b: AppDefinition): boolean {
  throw new Error('not written yet');
}

/** Whether nothing but the number of instances differs, and that does. */
export function hasOnlyScaled(_a: AppDefinition, _b: AppDefinition): boolean {
  throw new Error('not written yet');
}

import type { RawApp } from './shape-app.ts';
import type { Problem } from './types.ts';

/** One broken rule: path as the API prints it, and what Marathon says. */
export type Violation = readonly [path: string, error: string];

/** Violations as the API lists them: one entry per path. */
export function grouped(violations: Iterable<Violation>): readonly Problem[] {
  const byPath = new Map<string, string[]>();
  for (const [path, error] of violations) {
    const errors = byPath.get(path);
    if (errors === undefined) byPath.set(path, [error]);
    else errors.push(error);
  }
  return [...byPath].map(([path, errors]) => ({ path, errors }));
}

/** Whether tasks of the app are tied to disks, so that they may never run twice. */
export function hasPersistentVolumes(app: Pick<RawApp, 'container'>): boolean {
  return app.container?.volumes.some((volume) => 'persistent' in volume) ?? false;
}

/** Compares as `Set` does, so only scalars make sense. */
export function repeats(values: readonly unknown[]): boolean {
  return new Set(values).size !== values.length;
}

/** As the JVM prints a double: `16.0`, `0.5`. */
export function asDouble(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

import type { App } from './types.ts';

/** What Marathon adds to a definition when it is read; a definition that is sent must not have it. */
const readOnly = new Set([
  'version',
  'versionInfo',
  'tasks',
  'tasksStaged',
  'tasksRunning',
  'tasksHealthy',
  'tasksUnhealthy',
  'deployments',
  'lastTaskFailure',
  'readinessCheckResults',
  'taskStats',
  'tasksStats',
  'uris',
  'executor',
]);

/** The definition as its author would write it. */
export function definitionOf(app: App): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(app).filter(([name, value]) => !readOnly.has(name) && value !== null && !isEmpty(value)),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export interface Difference {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between two definitions, member by member, in order of path. */
export function differencesOf(before: object, after: object): readonly Difference[] {
  const [left, right] = [flatten(before), flatten(after)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => left.get(path) !== right.get(path))
    .sort()
    .map((path) => ({ path, before: left.get(path) ?? null, after: right.get(path) ?? null }));
}

function flatten(value: unknown, path = '', into = new Map<string, string>()): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    into.set(path, JSON.stringify(value));
    return into;
  }
  for (const [name, member] of Object.entries(value))
    flatten(member, path === '' ? name : `${path}.${name}`, into);
  return into;
}

import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StagegateError } from '../model/index.ts';
import type { Invariant, Journey } from '../model/journey.ts';

/** Journeys and invariants of a project, by the name of their files. @throws `SG_CONFIG_INVALID` */
export async function loadRehearsalSuites(
  root: string,
): Promise<{ readonly journeys: readonly Journey[]; readonly invariants: readonly Invariant[] }> {
  return {
    journeys: (await loadJourneys(root)).map(({ made }) => made),
    invariants: (await loadInvariants(root)).map(({ made }) => made),
  };
}

/** What a file exports by default; `file` is relative to the project. */
export interface Loaded<T> {
  readonly file: string;
  readonly made: T;
}

/** @throws `SG_CONFIG_INVALID` */
export function loadJourneys(root: string): Promise<readonly Loaded<Journey>[]> {
  return loadAll<Journey>(root, 'journey', (made) => typeof made.run === 'function');
}

/** @throws `SG_CONFIG_INVALID` */
export function loadInvariants(root: string): Promise<readonly Loaded<Invariant>[]> {
  return loadAll<Invariant>(root, 'invariant', (made) => typeof made.check === 'function');
}

async function loadAll<T extends { readonly name: string }>(
  root: string,
  kind: 'journey' | 'invariant',
  isWhole: (made: T) => boolean,
): Promise<readonly Loaded<T>[]> {
  const files: string[] = [];
  for await (const file of glob(`suites/acceptance/**/*.${kind}.{ts,js,mts,mjs}`, { cwd: root }))
    files.push(file);
  return Promise.all(
    files.sort().map(async (file) => {
      const { default: made } = (await import(pathToFileURL(join(root, file)).href)) as { default?: T };
      if (made !== undefined && isWhole(made)) return { file, made };
      const define = kind === 'journey' ? 'defineJourney' : 'defineInvariant';
      throw new StagegateError('SG_CONFIG_INVALID', `${file}: write export default ${define}({ … })`);
    }),
  );
}

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import { foldState, placeOf, type State } from '../../ledger/index.ts';
import { exitCodes } from '../../model/index.ts';
import { print, printJson } from '../print.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface CleanOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** A run that is under way may have built it a moment ago. */
const youngMs = 3_600_000;

/** `stagegate clean`: removes bundles that no environment, no rollback and no newest build needs, and what dead runs left. */
export async function clean({ config: file, json = false, dryRun = false }: CleanOptions): Promise<number> {
  const config = await openProject(file);
  const state = foldState((await openProjectLedger(config)).entries);
  const folder = join(config.root, '.stagegate', 'artifacts');
  const kept = neededDigests(config, state);
  const removed: { readonly file: string; readonly bytes: number }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const digest = /^([0-9a-f]{64})\.tar\.gz$/.exec(name)?.[1];
    const about = await stat(path).catch(() => null);
    if (digest === undefined || about === null || kept.has(`sha256:${digest}`)) continue;
    if (Date.now() - about.mtimeMs < youngMs) continue;
    if (!dryRun) await rm(path, { force: true });
    removed.push({ file: path, bytes: about.size });
  }
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
  if (json) printJson({ removed, bytes, kept: kept.size, dryRun });
  else {
    const verb = dryRun ? 'would free' : 'freed';
    print(
      `${removed.length} bundles that no environment needs: ${verb} ${(bytes / 1024 / 1024).toFixed(1)} MiB. Next: stagegate status`,
    );
  }
  return exitCodes.yes;
}

/** What is in an environment, what a rollback there would bring back, and the newest build of every service. */
function neededDigests({ services, environments }: Config, state: State): ReadonlySet<string> {
  const newest = services.flatMap(
    ({ name }) => state.artifacts.findLast(({ service }) => service === name) ?? [],
  );
  const inUse = services.flatMap(({ name: service }) =>
    environments.flatMap(({ name: environment }) => {
      const place = placeOf(service, environment);
      const promoted = state.promotions.get(place) ?? [];
      const now = promoted.at(-1)?.digest;
      const before = promoted.findLast(({ digest }) => digest !== now)?.digest;
      const running = (state.deployments.get(place) ?? []).filter(({ until }) => until === null);
      const begun = state.startedDeployments.get(place);
      return [now, before, begun?.digest, begun?.before?.digest, ...running.map(({ digest }) => digest)];
    }),
  );
  return new Set([...newest.map(({ digest }) => digest), ...inUse.flatMap((digest) => digest ?? [])]);
}

import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerFile, runsFolder } from './run-folder.ts';

/** What may stay of a checkout's own folder. Sizes in bytes, ages in milliseconds. */
export interface KeepRules {
  /** Names of files in `artifacts/` that stay whatever their age: what is deployed, or may be again. */
  readonly artifacts: ReadonlySet<string>;
  readonly artifactAgeMs?: number;
  readonly artifactBytes?: number;
  /** Ids of runs that are at work: their logs stay. */
  readonly liveRuns?: ReadonlySet<string>;
  readonly logBytes?: number;
  readonly now?: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const defaults = { artifactAgeMs: 14 * dayMs, artifactBytes: 2 * 2 ** 30, logBytes: 2 ** 30 };

/**
 * Removes from `.stagegate` what commands that were killed left half-done: runs that never got an owner, files that were never renamed,
 * locks whose holder is gone. Resolves to the paths removed. Cheap enough for every command.
 */
export async function sweepHalfDone(root: string, now: number = Date.now()): Promise<readonly string[]> {
  const runs = await entriesOf(runsFolder(root));
  const unowned = [];
  for (const run of runs.filter(({ name }) => name.endsWith('.opening'))) {
    const files = await readdir(run.path).catch((): string[] => []);
    if (!files.includes(ownerFile)) unowned.push(run);
  }
  const artifacts = await entriesOf(artifactsFolder(root));
  const halfDone = artifacts.filter(({ name }) => name.endsWith('.unfinished') || name.endsWith('.lock'));
  // Nothing that is being done takes that long between two writes; the holder of a lock touches it every few seconds.
  return remove([...unowned, ...halfDone].filter(({ atMs }) => now - atMs > hourMs));
}

/**
 * Removes artifacts and logs that nobody needs any more: the old ones, and of the others the oldest while they are too large together.
 * Resolves to the paths removed.
 */
export async function sweepOld(root: string, rules: KeepRules): Promise<readonly string[]> {
  const { artifactAgeMs, artifactBytes, logBytes, now = Date.now() } = { ...defaults, ...rules };
  const artifacts = (await entriesOf(artifactsFolder(root))).filter(({ name }) => name.endsWith('.tar.gz'));
  const free = artifacts.filter(({ name }) => !rules.artifacts.has(name));
  const [old, young] = partition(free, ({ atMs }) => now - atMs > artifactAgeMs);
  const kept = artifacts.filter(({ name }) => rules.artifacts.has(name));
  const logs = (await entriesOf(join(root, '.stagegate', 'logs'))).filter(
    ({ name }) => rules.liveRuns?.has(name) !== true,
  );
  return remove([
    ...old,
    ...oldestBeyond(young, artifactBytes - bytesOf(kept)),
    // The newest stay in any case: the last error names files among them.
    ...oldestBeyond(logs, logBytes).filter((log) => log !== newest(logs)),
  ]);
}

const artifactsFolder = (root: string): string => join(root, '.stagegate', 'artifacts');

interface Entry {
  readonly name: string;
  readonly path: string;
  /** When it was last written. */
  readonly atMs: number;
  /** With everything in it. */
  readonly bytes: number;
}

async function entriesOf(folder: string): Promise<readonly Entry[]> {
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name): Promise<Entry[]> => {
      const path = join(folder, name);
      try {
        const { mtimeMs } = await lstat(path);
        return [{ name, path, atMs: mtimeMs, bytes: await sizeOf(path) }];
      } catch {
        // Somebody else removed it.
        return [];
      }
    }),
  );
  return entries.flat();
}

async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path);
  if (!found.isDirectory()) return found.size;
  const names = await readdir(path);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Those to remove, the oldest first, until the rest fits. */
function oldestBeyond(entries: readonly Entry[], limit: number): Entry[] {
  let left = bytesOf(entries);
  return entries
    .toSorted((a, b) => a.atMs - b.atMs)
    .filter(({ bytes }) => {
      if (left <= limit) return false;
      left -= bytes;
      return true;
    });
}

function newest(entries: readonly Entry[]): Entry | undefined {
  return entries.toSorted((a, b) => b.atMs - a.atMs)[0];
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

async function remove(entries: readonly Entry[]): Promise<readonly string[]> {
  await Promise.all(entries.map(({ path }) => rm(path, { recursive: true, force: true })));
  return entries.map(({ path }) => path);
}

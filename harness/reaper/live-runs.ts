import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from '../plumbing/process-identity.ts';
import { ownerFile, runsFolder } from './run-folder.ts';

/** Ids of the runs of this checkout whose process is alive. */
export async function liveRuns(root: string): Promise<ReadonlySet<string>> {
  const folder = runsFolder(root);
  const names = await readdir(folder).catch(() => []);
  const alive = await Promise.all(
    names.map(async (name) => {
      try {
        const owner = JSON.parse(await readFile(join(folder, name, ownerFile), 'utf8')) as ProcessIdentity;
        return isRunning(owner) ? [name] : [];
      } catch {
        return [];
      }
    }),
  );
  return new Set(alive.flat());
}

import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { debug } from '../plumbing/debug-log.ts';
import { isRunning, type ProcessIdentity } from '../plumbing/process-identity.ts';
import { removeFromEngine } from './engine-remains.ts';
import { killProcessesOf } from './process-remains.ts';
import { ownerFile, runsFolder, temporaryFolderOf } from './run-folder.ts';

/** What one dead run had left. */
export interface Swept {
  readonly runId: string;
  readonly processes: number;
  readonly containers: number;
  readonly networks: number;
}

/**
 * Ends and removes what runs of this checkout left whose owner died: processes, containers, networks, volumes, folders.
 * Safe beside live runs and beside another sweep. A run that cannot be cleaned yet (no engine, no right) keeps its
 * folder, and the next sweep tries again.
 */
export async function sweepDeadRuns(root: string): Promise<readonly Swept[]> {
  const dead = await deadRuns(runsFolder(root));
  const swept: Swept[] = [];
  for (const runId of dead) {
    const processes = await killProcessesOf(runId);
    if (processes !== 'stayed') await rm(temporaryFolderOf(runId), { recursive: true, force: true });
    const engine = await removeFromEngine(runId);
    debug('reaper', () => `run ${runId} is dead: ${JSON.stringify({ processes, engine })}`);
    if (engine === 'unreachable' || processes === 'stayed') continue;
    await rm(join(runsFolder(root), runId), { recursive: true, force: true });
    swept.push({ runId, processes, ...engine });
  }
  return swept;
}

async function deadRuns(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const dead: string[] = [];
  for (const name of names) {
    const owner = await ownerOf(join(folder, name));
    if (owner !== null && !isRunning(owner)) dead.push(name);
  }
  return dead;
}

async function ownerOf(folder: string): Promise<ProcessIdentity | null> {
  try {
    return JSON.parse(await readFile(join(folder, ownerFile), 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}

import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { debug } from '../plumbing/debug-log.ts';
import { isRunning, type ProcessIdentity } from '../plumbing/process-identity.ts';
import { deadRunsInEngine, removeFromEngine } from './engine-remains.ts';
import { killProcessesOf } from './process-remains.ts';
import { ownerFile, runsFolder, temporaryFolderOf } from './run-folder.ts';

/** What one dead run had left. */
export interface Swept {
  readonly runId: string;
  readonly processes: number;
  readonly containers: number;
  readonly networks: number;
}

const nothing = { containers: 0, networks: 0 };

/**
 * Ends and removes what runs of this checkout left whose owner died: processes, containers, networks, volumes, folders.
 * Safe beside live runs and beside another sweep. A run that cannot be cleaned yet (no engine, no right) keeps its
 * folder, and the next sweep tries again.
 */
export async function sweepDeadRuns(root: string): Promise<readonly Swept[]> {
  const dead = await deadRuns(runsFolder(root));
  const swept: Swept[] = [];
  for (const { runId, usesEngine } of dead) {
    const processes = await killProcessesOf(runId);
    if (processes !== 'stayed') await rm(temporaryFolderOf(runId), { recursive: true, force: true });
    const engine = await removeFromEngine(runId);
    debug('reaper', () => `run ${runId} is dead: ${JSON.stringify({ processes, engine })}`);
    // Without an engine it is not known what a run with containers has left in it.
    if ((engine === 'unreachable' && usesEngine) || processes === 'stayed') continue;
    await rm(join(runsFolder(root), runId), { recursive: true, force: true });
    swept.push({ runId, processes, ...(engine === 'unreachable' ? nothing : engine) });
  }
  return swept;
}

/** Removes what dead runs of any checkout of this machine have in the engine, by the label of their owner. */
export async function sweepEngine(): Promise<readonly Swept[]> {
  const swept: Swept[] = [];
  for (const runId of await deadRunsInEngine()) {
    const removed = await removeFromEngine(runId);
    if (removed !== 'unreachable') swept.push({ runId, processes: 0, ...removed });
  }
  return swept;
}

interface DeadRun {
  readonly runId: string;
  readonly usesEngine: boolean;
}

async function deadRuns(folder: string): Promise<readonly DeadRun[]> {
  const names = await readdir(folder).catch(() => []);
  const dead: DeadRun[] = [];
  for (const name of names) {
    const owner = await ownerOf(join(folder, name));
    if (owner === null || isRunning(owner)) continue;
    dead.push({ runId: name, usesEngine: owner.usesEngine === true });
  }
  return dead;
}

/** Who runs it, and whether containers are started for it. */
type Owner = ProcessIdentity & { readonly usesEngine?: boolean };

async function ownerOf(folder: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(join(folder, ownerFile), 'utf8')) as Owner;
  } catch {
    return null;
  }
}

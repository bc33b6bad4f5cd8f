import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { identityOf } from '../plumbing/process-identity.ts';
import { ownerLabel, ownerText } from './owner.ts';
import { killOrphansOf } from './process-remains.ts';
import { ownerFile, runsFolder, temporaryFolderOf } from './run-folder.ts';
import { type Swept, sweepDeadRuns, sweepEngine } from './sweep.ts';

/**
 * One run's name and what is its own. Disposing ends the processes with its marker that nobody holds any more, and removes both folders;
 * containers and networks are the business of who started them, and of the next run's sweep when this process dies first.
 */
export interface RunClaim extends AsyncDisposable {
  /** Sorts by time: `20261122t125501-3f2a`. */
  readonly id: string;
  /** `<root>/.stagegate/runs/<id>`: absolute, empty but for the owner's file. */
  readonly folder: string;
  /** Below the system's folder for temporary files, and open for other users to pass through. */
  readonly temporaryFolder: string;
  /** Variables that mark a process as this run's. This process's own environment has them too, so every child inherits them. */
  readonly marker: Readonly<Record<string, string>>;
  /** Labels of containers, networks and volumes: the run, and the process that it belongs to. */
  readonly labels: Readonly<Record<string, string>>;
  /** What dead runs had left, and is gone now. */
  readonly swept: readonly Swept[];
}

/**
 * Sweeps what dead runs left, and opens a new run. Runs that live side by side do not touch each other. `usesEngine`: the
 * run starts containers; then what any checkout's dead runs have in the engine is swept too.
 * @throws `SG_STATE_UNWRITABLE`
 */
export async function claimRun(
  root: string,
  { usesEngine }: { readonly usesEngine: boolean } = { usesEngine: false },
): Promise<RunClaim> {
  const id = newRunId();
  const folder = join(runsFolder(root), id);
  const temporaryFolder = temporaryFolderOf(id);
  try {
    await openFolder(folder, usesEngine);
    await mkdir(temporaryFolder, { mode: 0o711 });
  } catch (error) {
    throw new StagegateError(
      'SG_STATE_UNWRITABLE',
      `${folder} could not be made: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  const swept = [...(await sweepDeadRuns(root)), ...(usesEngine ? await sweepEngine() : [])];
  const owner = ownerText(identityOf());
  process.env.STAGEGATE_RUN = id;
  return {
    id,
    folder,
    temporaryFolder,
    marker: { STAGEGATE_RUN: id, STAGEGATE_OWNER: owner },
    labels: { 'stagegate.run': id, [ownerLabel]: owner },
    swept,
    async [Symbol.asyncDispose]() {
      // What a suite or a service started and left is nobody's any more.
      await killOrphansOf(id);
      await rm(temporaryFolder, { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The folder appears together with its owner's name: a sweep never sees one without the other. */
async function openFolder(folder: string, usesEngine: boolean): Promise<void> {
  const unnamed = `${folder}.opening`;
  // It will hold passwords, definitions and what services are started with.
  await mkdir(dirname(unnamed), { recursive: true });
  await mkdir(unnamed, { mode: 0o700 });
  await writeFile(join(unnamed, ownerFile), `${JSON.stringify({ ...identityOf(), usesEngine })}\n`);
  await rename(unnamed, folder);
}

function newRunId(): string {
  const time = new Date().toISOString().replace(/\..*$/, '').replace(/[-:]/g, '').toLowerCase();
  return `${time}-${randomBytes(2).toString('hex')}`;
}

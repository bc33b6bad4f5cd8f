import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, StagegateError } from '../../model/index.ts';
import { isRunning, type ProcessIdentity } from '../../plumbing/process-identity.ts';
import { openProject } from '../project.ts';
import { upFile } from '../up-file.ts';

export interface DownOptions {
  readonly config?: string;
}

const pollMs = 100;

/** `stagegate down`: ends the process that `up` runs in, and waits until it has taken everything down. */
export async function down(options: DownOptions, signal: AbortSignal): Promise<number> {
  const config = await openProject(options.config);
  const file = upFile(config.root);
  const holder = await holderIn(file);
  if (holder === null) throw new StagegateError('SG_USAGE', 'Nothing is up in this project.');
  process.kill(holder.pid, 'SIGTERM');
  while (isRunning(holder)) await sleep(pollMs, undefined, { signal });
  await rm(file, { force: true });
  return exitCodes.yes;
}

/** Null when nobody holds the system, or whoever did has died. */
async function holderIn(file: string): Promise<ProcessIdentity | null> {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
    return isRunning(holder) ? holder : null;
  } catch {
    return null;
  }
}

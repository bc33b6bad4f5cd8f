import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, isRunning } from '../plumbing/process-identity.ts';

const prefix = '.run-';

/** A folder for the reports of this process, on the disk where they will be. Those that dead processes left are removed. */
export async function openStagingFolder(folder: string): Promise<string> {
  await sweepStagingFolders(folder);
  const { pid, startedAt } = identityOf();
  return mkdtemp(join(folder, `${prefix}${pid}-${startedAt}-`));
}

/** Removes what processes that were killed were about to publish. Resolves to how many there were. */
export async function sweepStagingFolders(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const dead = names.filter((name) => name.startsWith(prefix) && !isOwned(name));
  await Promise.all(dead.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  return dead.length;
}

function isOwned(name: string): boolean {
  const [pid = '', startedAt = ''] = name.slice(prefix.length).split('-');
  if (!/^\d+$/.test(pid)) return false;
  const { hostname } = identityOf();
  return isRunning({ pid: Number(pid), startedAt, hostname });
}

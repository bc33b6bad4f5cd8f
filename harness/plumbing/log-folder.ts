import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Logs of this many runs are kept. */
const keptRuns = 5;

/** A folder for the logs of one run, which outlives it: errors name files in it. Older runs' logs make room. */
export async function openLogFolder(root: string, runId: string): Promise<string> {
  const all = join(root, '.stagegate', 'logs');
  const folder = join(all, runId);
  await mkdir(all, { recursive: true });
  // What services print is nobody else's to read.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Run ids sort by time.
  const old = (await readdir(all)).toSorted().slice(0, -keptRuns);
  await Promise.all(old.map((name) => rm(join(all, name), { recursive: true, force: true })));
  return folder;
}

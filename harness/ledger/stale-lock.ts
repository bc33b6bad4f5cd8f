import { readdir, readlink, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Git holds the lock of a ref for milliseconds; this long unchanged, and held open by nobody, it is a dead one's. */
const unchangedMs = 3_000;

/**
 * Removes a lock file of git that a killed process left. False when somebody is at work with it, or it is not ours to remove. Only
 * what has not changed while we looked counts as left, because clocks can be set.
 */
export async function takeOverLock(
  lock: string,
  wait: () => Promise<unknown> = () => pause(unchangedMs),
): Promise<boolean> {
  const before = await identityOf(lock);
  if (before === null) return true;
  await wait();
  if ((await identityOf(lock)) !== before || (await isOpen(lock))) return false;
  await rm(lock, { force: true });
  return true;
}

async function identityOf(file: string): Promise<string | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found === null ? null : `${found.ino} ${found.ctimeNs} ${found.size}`;
}

/** Whether a process of this user holds it open; never outside of Linux, where nobody tells. */
async function isOpen(file: string): Promise<boolean> {
  const path = join(await realpath(dirname(file)), basename(file));
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const open = await Promise.all(pids.map((pid) => holds(`/proc/${pid}/fd`, path)));
  return open.includes(true);
}

async function holds(descriptors: string, path: string): Promise<boolean> {
  const names = await readdir(descriptors).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(join(descriptors, name)).catch(() => '')));
  return links.includes(path);
}

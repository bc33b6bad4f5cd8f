import { readdir, readFile, readlink } from 'node:fs/promises';
import { processesOfTask } from './task-processes.ts';

/**
 * TCP ports that the processes of a task of this machine listen on, from what Linux tells of them; null where that cannot be
 * known: another system, another machine, another user's processes.
 */
export async function listeningPorts(taskId: string): Promise<readonly number[] | null> {
  const pids = await processesOfTask(taskId);
  if (pids.length === 0) return null;
  const found = await Promise.all(pids.map(portsOf));
  return [...new Set(found.flat())].sort((a, b) => a - b);
}

async function portsOf(pid: number): Promise<readonly number[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')),
  );
  const inodes = new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((table) => readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')),
  );
  return tables.flatMap((table) => table.split('\n')).flatMap((line) => listening(line, inodes) ?? []);
}

/** `0: 0100007F:1F90 00000000:0000 0A … inode`: state 0A listens. */
function listening(line: string, inodes: ReadonlySet<string>): number | null {
  const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
  if (state !== '0A' || !inodes.has(inode)) return null;
  return Number.parseInt(local.split(':')[1] ?? '', 16);
}

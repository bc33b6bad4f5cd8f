import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import type { TaskSample } from '../../model/recording.ts';

/** The processes of one task, found by the variable that Mesos gives them; its own one has the lowest pid. */
export interface TaskProcesses {
  readonly taskId: string;
  readonly pids: readonly number[];
}

const pageBytes = 4096;
const mebibyte = 2 ** 20;
/** Ticks per second of `/proc/<pid>/stat`, the same on every Linux that matters. */
const ticksPerSecond = 100;

/** The processes of tasks on this machine, containers of a local engine included. */
export async function findTaskProcesses(
  isOurs: (appId: string) => boolean,
): Promise<readonly TaskProcesses[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      const taskId = variableOf(environment, 'MESOS_TASK_ID');
      const appId = variableOf(environment, 'MARATHON_APP_ID');
      return taskId !== null && appId !== null && isOurs(appId) ? [{ pid, taskId }] : [];
    }),
  );
  const byTask = Map.groupBy(found.flat(), ({ taskId }) => taskId);
  return [...byTask].map(([taskId, list]) => ({
    taskId,
    pids: list.map(({ pid }) => pid).toSorted((a, b) => a - b),
  }));
}

/** Null when the task is gone. */
export async function sampleTask({ pids, taskId }: TaskProcesses, atMs: number): Promise<TaskSample | null> {
  const samples = (await Promise.all(pids.map(sampleProcess))).filter((sample) => sample !== null);
  if (samples.length === 0) return null;
  const sum = (of: (sample: (typeof samples)[number]) => number): number =>
    samples.reduce((total, sample) => total + of(sample), 0);
  return {
    atMs,
    taskId,
    rssMiB: Math.round(sum(({ rssMiB }) => rssMiB) * 10) / 10,
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    fileDescriptors: sum(({ fileDescriptors }) => fileDescriptors),
    logBytes: samples.find(({ logBytes }) => logBytes !== null)?.logBytes ?? null,
  };
}

async function sampleProcess(pid: number): Promise<Omit<TaskSample, 'atMs' | 'taskId'> | null> {
  try {
    const [status, memory, descriptors, logBytes] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile(`/proc/${pid}/statm`, 'latin1'),
      readdir(`/proc/${pid}/fd`),
      logBytesOf(pid),
    ]);
    // The second member is the command in brackets and may hold blanks.
    const members = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(members[11]) + Number(members[12]);
    return {
      rssMiB: (Number(memory.split(' ')[1]) * pageBytes) / mebibyte,
      cpuSeconds: ticks / ticksPerSecond,
      fileDescriptors: descriptors.length,
      logBytes,
    };
  } catch {
    return null;
  }
}

/** Under the process runtime a task's output is a file; null where it is not. */
async function logBytesOf(pid: number): Promise<number | null> {
  const path = await readlink(`/proc/${pid}/fd/1`).catch(() => null);
  if (path === null || !path.startsWith('/')) return null;
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}

function variableOf(environment: string, name: string): string | null {
  const entry = environment.split('\0').find((one) => one.startsWith(`${name}=`));
  return entry === undefined ? null : entry.slice(name.length + 1);
}

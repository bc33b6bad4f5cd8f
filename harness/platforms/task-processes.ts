import { readdir, readFile } from 'node:fs/promises';

/**
 * Ids of the processes of a task, as Linux lists them; empty on other systems, for tasks of other machines and for processes
 * that this user may not look at. Marathon tells every task its id in its environment.
 */
export async function processesOfTask(taskId: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const mine = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(`MESOS_TASK_ID=${taskId}`) ? [Number(pid)] : [];
    }),
  );
  return mine.flat();
}

import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** SIGKILL takes a moment; a process in an uninterruptible wait may take longer than anyone wants to wait. */
const patienceMs = 5_000;
const lookAgainMs = 20;

/**
 * Kills every process that carries the run's marker in the environment it was started with, until none is left.
 * Linux only: elsewhere no process shows its environment to others, and the answer is 0.
 */
export async function killProcessesOf(runId: string): Promise<number | 'stayed'> {
  const killed = new Set<number>();
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = await processesOf(runId);
    if (left.length === 0) return killed.size;
    if (performance.now() > deadline) return 'stayed';
    for (const pid of left) {
      killed.add(pid);
      kill(pid);
    }
    await pause(lookAgainMs);
  }
}

async function processesOf(runId: string): Promise<readonly number[]> {
  const mark = `STAGEGATE_RUN=${runId}`;
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const marked = await Promise.all(pids.map(async (pid) => (await environmentOf(pid)).includes(mark)));
  return pids.filter((_, index) => marked[index]);
}

/** Empty for processes of others, and for those that ended. */
async function environmentOf(pid: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** SIGKILL takes a moment; a process in an uninterruptible wait may take longer than anyone wants to wait. */
const patienceMs = 5_000;
const lookAgainMs = 20;

/**
 * Kills every process that carries the run's marker in the environment it was started with, until none is left.
 * Linux only: elsewhere no process shows its environment to others, and the answer is 0.
 */
export function killProcessesOf(runId: string): Promise<number | 'stayed'> {
  return killAll(() => processesOf(runId));
}

/**
 * The same for a run of this process that ends: those that have left the family, because whoever started them is gone. What is still
 * below this process is at work for it, on a report for instance.
 */
export function killOrphansOf(runId: string): Promise<number | 'stayed'> {
  return killAll(async () => {
    const marked = await processesOf(runId);
    const parents = new Map(
      await Promise.all(marked.map(async (pid) => [pid, await parentOf(pid)] as const)),
    );
    return marked.filter((pid) => !isOfOurs(pid, parents));
  });
}

/** Parents without the marker are none of the run's, but for this process. */
function isOfOurs(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined; at = parents.get(at)) {
    if (at === process.pid) return true;
  }
  return false;
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // Behind the name, which may hold anything: state, parent.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

async function killAll(find: () => Promise<readonly number[]>): Promise<number | 'stayed'> {
  const killed = new Set<number>();
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = await find();
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

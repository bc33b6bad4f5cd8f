import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** One process of one machine, never confused with a later one that got the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In the system's own unit; empty where the system does not tell (anywhere but Linux). */
  readonly startedAt: string;
  readonly hostname: string;
}

/** Of this process, or of another that runs now on this machine. */
export function identityOf(pid: number = process.pid): ProcessIdentity {
  return { pid, startedAt: startTimeOf(pid), hostname: hostname() };
}

/** Whether that very process still runs. A process of another host cannot be judged from here and counts as running. */
export function isRunning({ pid, startedAt, hostname: host }: ProcessIdentity): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = startTimeOf(pid);
  return started !== ended && started === startedAt;
}

/** Instead of the start time of a process that only waits for its parent to take note of its end. */
const ended = 'ended';

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold anything, so counting starts behind it. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? ended : (rest[18] ?? '');
  } catch {
    return '';
  }
}

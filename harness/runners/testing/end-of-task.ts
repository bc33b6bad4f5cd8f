import type { MarathonClient, MarathonEvent } from '../../platforms/index.ts';

/** How a task ended that was told to. */
export interface TaskEnd {
  /** It ended by itself within its grace period, with exit status 0. */
  readonly graceful: boolean;
  /** Mesos' own words: `TASK_KILLED: Command exited with status 0`. */
  readonly message: string;
}

const timeoutMs = 60_000;
const terminal = new Set([
  'TASK_KILLED',
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_GONE',
]);

/** Tells a task to end as Marathon does (SIGTERM, then SIGKILL after its grace period) and waits until it has. */
export async function endTask(marathon: MarathonClient, taskId: string): Promise<TaskEnd> {
  const enough = new AbortController();
  const timeout = setTimeout(() => enough.abort(), timeoutMs);
  try {
    // Before the kill, or its end could be missed.
    const events = await marathon.events(enough.signal, ['status_update_event']);
    await marathon.killTasks([taskId]);
    for await (const event of events) {
      if (event.taskId === taskId && terminal.has(String(event.taskStatus))) return endOf(event);
    }
    throw new Error(`${taskId} did not end within ${timeoutMs} ms after it was killed.`);
  } finally {
    clearTimeout(timeout);
    enough.abort();
  }
}

/** The agent tells the exit status, or the signal when the task did not get that far. */
export function endOf({ taskStatus, message }: Pick<MarathonEvent, string>): TaskEnd {
  const graceful = /exited with status 0\b/.test(String(message));
  return { graceful, message: `${taskStatus}: ${message}` };
}

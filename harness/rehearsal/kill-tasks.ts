import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceConfig } from '../config/index.ts';
import type { Recorder } from './measure/recorder.ts';
import type { Replica } from './replica/replica.ts';

export interface KillOrder {
  readonly services: readonly ServiceConfig[];
  readonly replica: Replica;
  readonly recorder: Recorder;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

const longestMs = 30_000;
const askEveryMs = 200;

/**
 * Kills one task of each service at once, without any warning, as a machine that runs out of memory does. Resolves once every
 * service has its instances healthy again, or after a while.
 */
export async function killTasks({ services, replica, recorder, now, signal }: KillOrder): Promise<void> {
  const killed = new Set<string>();
  await Promise.all(
    services.map(async ({ name }) => {
      const tasks = await replica.marathon.tasks(replica.appIdOf(name));
      const running = tasks.find(({ state }) => state === 'TASK_RUNNING');
      if (running === undefined) return;
      killed.add(running.id);
      const processes = await recorder.processesOf(running.id);
      if (processes.length === 0) await replica.marathon.killTasks([running.id]);
      else for (const pid of processes) killProcess(pid);
    }),
  );
  const isWhole = async ({ name, definition }: ServiceConfig): Promise<boolean> => {
    const wanted = definition.instances ?? 1;
    const app = await replica.marathon.app(replica.appIdOf(name));
    const alive = (app?.tasks ?? []).filter(({ id, state }) => state === 'TASK_RUNNING' && !killed.has(id));
    return alive.length >= wanted && (app?.tasksHealthy ?? 0) >= wanted;
  };
  const until = now() + longestMs;
  while (now() < until && !signal.aborted) {
    if ((await Promise.all(services.map(isWhole))).every(Boolean)) return;
    await pause(askEveryMs, undefined, { signal });
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself just now, which the recording shows.
  }
}

import type { AppDefinition } from '../config/index.ts';
import type { Clock } from '../plumbing/clock.ts';
import { pause } from '../plumbing/pause.ts';
import type { Death, Watched } from './deployment-watch.ts';

/** Marathon, as far as it is asked here. */
interface Tasks {
  app(id: string): Promise<{
    readonly version: string;
    readonly tasks: readonly { readonly id: string; readonly version: string; readonly state: string }[];
  } | null>;
}

/** Longer than a program takes to find out that it cannot work, and short beside a deployment. */
export const stayUpMs = 5_000;

/**
 * Without a health check, Marathon calls a task healthy that has just been started. Such a task counts once it stayed up
 * for a while: resolves to the failure of one that did not, and to null at once where there is a health check.
 */
export async function whyNotStaying(
  app: AppDefinition,
  { marathon, clock }: { readonly marathon: Tasks; readonly clock: Clock },
  signal: AbortSignal,
): Promise<Extract<Watched, { kind: 'failed' }> | null> {
  if ((app.healthChecks ?? []).length > 0 || app.instances === 0) return null;
  const before = await runningTasks(app, marathon);
  await pause(clock, stayUpMs, signal);
  const after = await runningTasks(app, marathon);
  const ended = before.filter((id) => !after.includes(id));
  if (before.length > 0 && ended.length === 0) return null;
  const deaths = ended.map(
    (taskId): Death => ({ taskId, state: 'ended', message: 'it has no health check' }),
  );
  const because = `its task did not stay up for ${stayUpMs / 1000} s after it was started`;
  return { kind: 'failed', deaths, because };
}

async function runningTasks(app: AppDefinition, marathon: Tasks): Promise<readonly string[]> {
  const running = await marathon.app(app.id);
  const tasks = running?.tasks ?? [];
  return tasks
    .filter(({ state, version }) => state === 'TASK_RUNNING' && version === running?.version)
    .map(({ id }) => id);
}

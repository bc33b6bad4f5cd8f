import type { TaskStatus } from '../../mesos/v1.ts';
import { afterTaskEnded, timeLeftMs } from '../plan/index.ts';
import { appOf } from './job-app.ts';
import type { Job, JobRun, JobTask } from './types.ts';

/** Sortable by time, and told apart within a second: `20260102030405abcde`. */
export function newRun(job: Job, { now, suffix }: { readonly now: number; readonly suffix: string }): JobRun {
  const createdAt = new Date(now).toISOString();
  return {
    id: `${createdAt.slice(0, 19).replaceAll(/\D/g, '')}${suffix}`,
    jobId: job.id,
    status: 'STARTING',
    createdAt,
    completedAt: null,
    tasks: [],
    job,
    isStopped: false,
  };
}

/** Nothing can happen to it any more. */
export function isEnded(run: JobRun): boolean {
  return run.status === 'SUCCESS' || run.status === 'FAILED';
}

/** The task that has not ended yet. */
export function liveTask(run: JobRun): JobTask | undefined {
  const last = run.tasks.at(-1);
  return last?.completedAt === null ? last : undefined;
}

/** Milliseconds until the run may be launched; undefined when it does not wait to be. */
export function launchableIn(run: JobRun, now: number): number | undefined {
  if (isEnded(run) || run.isStopped || liveTask(run) !== undefined) return undefined;
  return timeLeftMs(run.delay, now);
}

/** The run with a task that has been sent to an agent. */
export function afterLaunchOf(
  run: JobRun,
  task: { readonly id: string; readonly agentId: string },
  now: number,
): JobRun {
  const launched = {
    ...task,
    status: 'TASK_STAGING',
    createdAt: at(now),
    startedAt: null,
    completedAt: null,
  };
  return { ...run, tasks: [...run.tasks, launched] };
}

const endings = [
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_UNKNOWN',
];

/** What Mesos says of the run's task, applied. A failed task is started again where the restart policy allows it. */
export function afterStatus(run: JobRun, status: TaskStatus, now: number): JobRun {
  const live = liveTask(run);
  if (live === undefined || live.id !== status.task_id.value || isEnded(run)) return run;
  const hasEnded = endings.includes(status.state);
  const isRunning = status.state === 'TASK_RUNNING';
  const task: JobTask = {
    ...live,
    status: status.state,
    startedAt: live.startedAt ?? (isRunning ? at(now) : null),
    completedAt: hasEnded ? at(now) : null,
    ...(status.message !== undefined && { message: status.message }),
  };
  const told = { ...run, tasks: [...run.tasks.slice(0, -1), task] };
  if (!hasEnded) return isRunning ? { ...told, status: 'ACTIVE' } : told;
  if (status.state === 'TASK_FINISHED') return { ...told, status: 'SUCCESS', completedAt: at(now) };
  return mayStartAgain(run, now) ? delayed({ ...told, status: 'STARTING' }, now) : failed(told, now);
}

/** The run as it is when somebody wants it to end. With a live task, it ends with that. */
export function stopped(run: JobRun, now: number): JobRun {
  if (isEnded(run)) return run;
  const halted = { ...run, isStopped: true };
  return liveTask(run) === undefined ? failed(halted, now) : halted;
}

/** A run that has waited for an offer for longer than its job allows has failed. */
export function afterWaiting(run: JobRun, now: number): JobRun {
  return launchableIn(run, now) !== undefined && waitEndsAt(run) <= now ? failed(run, now) : run;
}

/** When {@link afterWaiting} will end the run, in milliseconds since the epoch. */
export function waitEndsAt(run: JobRun): number {
  const waitsSince = run.tasks.at(-1)?.completedAt ?? run.createdAt;
  return Date.parse(waitsSince) + run.job.run.maxLaunchDelay * 1000;
}

function mayStartAgain(run: JobRun, now: number): boolean {
  const { policy, activeDeadlineSeconds } = run.job.run.restart;
  return (
    !run.isStopped &&
    policy === 'ON_FAILURE' &&
    now < Date.parse(run.createdAt) + activeDeadlineSeconds * 1000
  );
}

function delayed(run: JobRun, now: number): JobRun {
  const app = appOf(run.job);
  if (app.kind === 'refused') return failed(run, now);
  const delay = afterTaskEnded(app.value, run.delay, 'Failed', now);
  return delay === undefined ? run : { ...run, delay };
}

function failed(run: JobRun, now: number): JobRun {
  return { ...run, status: 'FAILED', completedAt: at(now) };
}

function at(now: number): string {
  return new Date(now).toISOString();
}

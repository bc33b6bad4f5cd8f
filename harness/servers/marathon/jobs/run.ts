import type { Clock } from '../../../plumbing/clock.ts';
import type { TaskStatus } from '../../mesos/v1.ts';
import { afterTaskEnded, timeLeftMs } from '../plan/index.ts';
import { appOf } from './job-app.ts';
import type { Job, JobRun, JobTask } from './types.ts';

/** Sortable by time, and told apart within a second: `20260102030405abcde`. */
export function newRun(
  job: Job,
  { clock, suffix }: { readonly clock: Clock; readonly suffix: string },
): JobRun {
  const createdAt = at(clock);
  const since = clock.monotonic();
  return {
    id: `${createdAt.slice(0, 19).replaceAll(/\D/g, '')}${suffix}`,
    jobId: job.id,
    status: 'STARTING',
    createdAt,
    completedAt: null,
    tasks: [],
    job,
    isStopped: false,
    since,
    waitsSince: since,
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
export function launchableIn(run: JobRun, clock: Clock): number | undefined {
  if (isEnded(run) || run.isStopped || liveTask(run) !== undefined) return undefined;
  return timeLeftMs(run.delay, clock.monotonic());
}

/** The run with a task that has been sent to an agent. */
export function afterLaunchOf(
  run: JobRun,
  task: { readonly id: string; readonly agentId: string },
  clock: Clock,
): JobRun {
  const launched = {
    ...task,
    status: 'TASK_STAGING',
    createdAt: at(clock),
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
export function afterStatus(run: JobRun, status: TaskStatus, clock: Clock): JobRun {
  const live = liveTask(run);
  if (live === undefined || live.id !== status.task_id.value || isEnded(run)) return run;
  const hasEnded = endings.includes(status.state);
  const isRunning = status.state === 'TASK_RUNNING';
  const task: JobTask = {
    ...live,
    status: status.state,
    startedAt: live.startedAt ?? (isRunning ? at(clock) : null),
    completedAt: hasEnded ? at(clock) : null,
    ...(status.message !== undefined && { message: status.message }),
  };
  const told = {
    ...run,
    tasks: [...run.tasks.slice(0, -1), task],
    waitsSince: hasEnded ? clock.monotonic() : run.waitsSince,
  };
  if (!hasEnded) return isRunning ? { ...told, status: 'ACTIVE' } : told;
  if (status.state === 'TASK_FINISHED') return { ...told, status: 'SUCCESS', completedAt: at(clock) };
  return mayStartAgain(run, clock) ? delayed({ ...told, status: 'STARTING' }, clock) : failed(told, clock);
}

/** The run as it is when somebody wants it to end. With a live task, it ends with that. */
export function stopped(run: JobRun, clock: Clock): JobRun {
  if (isEnded(run)) return run;
  const halted = { ...run, isStopped: true };
  return liveTask(run) === undefined ? failed(halted, clock) : halted;
}

/** A run that has waited for an offer for longer than its job allows has failed. */
export function afterWaiting(run: JobRun, clock: Clock): JobRun {
  const isOver = launchableIn(run, clock) !== undefined && waitLeftMs(run, clock) <= 0;
  return isOver ? failed(run, clock) : run;
}

/** How long it may go on waiting before {@link afterWaiting} ends it; negative when it has waited for too long. */
export function waitLeftMs({ waitsSince, job }: JobRun, clock: Clock): number {
  return waitsSince + job.run.maxLaunchDelay * 1000 - clock.monotonic();
}

function mayStartAgain(run: JobRun, clock: Clock): boolean {
  const { policy, activeDeadlineSeconds } = run.job.run.restart;
  return (
    !run.isStopped && policy === 'ON_FAILURE' && clock.monotonic() < run.since + activeDeadlineSeconds * 1000
  );
}

function delayed(run: JobRun, clock: Clock): JobRun {
  const app = appOf(run.job);
  if (app.kind === 'refused') return failed(run, clock);
  const delay = afterTaskEnded(app.value, run.delay, 'Failed', clock.monotonic());
  return delay === undefined ? run : { ...run, delay };
}

function failed(run: JobRun, clock: Clock): JobRun {
  return { ...run, status: 'FAILED', completedAt: at(clock) };
}

function at(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

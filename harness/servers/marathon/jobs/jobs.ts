import { randomUUID } from 'node:crypto';
import type { Timer } from '../../../plumbing/clock.ts';
import type { TaskStatus } from '../../mesos/v1.ts';
import type { AppDefinition } from '../definition/index.ts';
import { withEnded } from './history.ts';
import { appOf } from './job-app.ts';
import { JobFramework, type JobFrameworkOptions, type WaitingTask } from './job-framework.ts';
import { type JobRecord, JobStore } from './job-store.ts';
import { nextRunAt } from './next-run.ts';
import {
  afterLaunchOf,
  afterStatus,
  afterWaiting,
  isEnded,
  launchableIn,
  liveTask,
  newRun,
  stopped,
  waitLeftMs,
} from './run.ts';
import type { Job, JobRun, Schedule } from './types.ts';

/** The way to Mesos, and where to write things down. */
export type JobsOptions = Pick<
  JobFrameworkOptions,
  'connection' | 'clock' | 'random' | 'secrets' | 'identity' | 'onLog'
> & {
  readonly stateDir: string;
};

/** Schedules go by the wall clock, which can be set at any moment: each is looked at this often at least. */
const longestSleepMs = 60_000;

/** Jobs, their runs and schedules: what Metronome is to Mesos, as a framework of its own. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #store: JobStore;
  readonly #framework: JobFramework;
  /** Id of the task that a waiting run will get, by run. */
  readonly #nextTasks = new Map<string, string>();
  readonly #apps = new WeakMap<Job, AppDefinition>();
  /** By job and schedule, and by run. */
  readonly #alarms = new Map<string, Timer>();

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#store = new JobStore(options.stateDir);
    this.#framework = new JobFramework({
      ...options,
      frameworkId: () => this.#store.frameworkId,
      onFrameworkId: (id) => this.#store.setFrameworkId(id),
      waiting: () => this.#waiting(),
      live: () => this.#live(),
      onLaunch: (task) => this.#onLaunch(task),
      onStatus: (status) => this.#onStatus(status),
      onUnlaunchable: (taskId, reason) => this.#onUnlaunchable(taskId, reason),
    });
  }

  /** Goes on from where the state directory left off. */
  start(): void {
    for (const { job, schedules, runs } of this.#store.all) {
      for (const schedule of schedules) this.#arm(job.id, schedule);
      for (const run of runs) this.#attend(run);
    }
  }

  /** Leaves the tasks running. */
  stop(): void {
    for (const alarm of this.#alarms.values()) alarm.cancel();
    this.#framework.stop();
  }

  get all(): readonly JobRecord[] {
    return this.#store.all;
  }

  get(id: string): JobRecord | undefined {
    return this.#store.get(id);
  }

  create(job: Job): JobRecord {
    return this.#store.add(job);
  }

  /** Runs that are under way keep the definition they began with. */
  change(job: Job): void {
    const record = this.#store.get(job.id);
    if (record !== undefined) this.#store.put({ ...record, job });
  }

  /** The job's runs are stopped, and forgotten with it. */
  remove(id: string): void {
    const record = this.#store.get(id);
    if (record === undefined) return;
    for (const schedule of record.schedules) this.#disarm(id, schedule.id);
    for (const run of record.runs) this.stopRun(run);
    this.#store.remove(id);
  }

  startRun(job: Job): JobRun {
    const suffix = randomUUID().replaceAll('-', '').slice(0, 5);
    const run = newRun(job, { clock: this.#options.clock, suffix });
    this.#save(run);
    return run;
  }

  stopRun(run: JobRun): void {
    const task = liveTask(run);
    this.#save(stopped(run, this.#options.clock));
    if (task !== undefined) this.#framework.kill({ taskId: task.id, agentId: task.agentId });
  }

  putSchedule(jobId: string, schedule: Schedule): void {
    const record = this.#store.get(jobId);
    if (record === undefined) return;
    const others = record.schedules.filter(({ id }) => id !== schedule.id);
    this.#store.put({ ...record, schedules: [...others, schedule] });
    this.#arm(jobId, schedule);
  }

  removeSchedule(jobId: string, scheduleId: string): void {
    const record = this.#store.get(jobId);
    if (record === undefined) return;
    this.#store.put({ ...record, schedules: record.schedules.filter(({ id }) => id !== scheduleId) });
    this.#disarm(jobId, scheduleId);
  }

  #waiting(): readonly WaitingTask[] {
    return this.#store.runs
      .filter((run) => launchableIn(run, this.#options.clock) === 0)
      .flatMap((run) => {
        const app = this.#appOf(run.job);
        return app === undefined ? [] : [{ app, taskId: this.#nextTaskOf(run) }];
      });
  }

  #live(): readonly { readonly taskId: string; readonly agentId: string }[] {
    return this.#store.runs.flatMap((run) => {
      const task = liveTask(run);
      return task === undefined ? [] : [{ taskId: task.id, agentId: task.agentId }];
    });
  }

  #onLaunch({ taskId, agentId }: { readonly taskId: string; readonly agentId: string }): void {
    const run = this.#store.runs.find(({ id }) => this.#nextTasks.get(id) === taskId);
    if (run === undefined) return;
    this.#nextTasks.delete(run.id);
    this.#save(afterLaunchOf(run, { id: taskId, agentId }, this.#options.clock));
  }

  #onStatus(status: TaskStatus): void {
    const run = this.#store.runs.find((one) => liveTask(one)?.id === status.task_id.value);
    if (run !== undefined) this.#save(afterStatus(run, status, this.#options.clock));
  }

  #onUnlaunchable(taskId: string, reason: string): void {
    this.#options.onLog({ level: 'warn', text: `a job cannot be launched: ${reason}` });
    const run = this.#store.runs.find(({ id }) => this.#nextTasks.get(id) === taskId);
    if (run !== undefined) this.#save(stopped(run, this.#options.clock));
  }

  /** Writes the run down, among the active ones or into the history, and sees to what it needs next. */
  #save(run: JobRun): void {
    const record = this.#store.get(run.jobId);
    if (record === undefined) return;
    const others = record.runs.filter(({ id }) => id !== run.id);
    if (isEnded(run)) {
      this.#nextTasks.delete(run.id);
      this.#store.put({ ...record, runs: others, history: withEnded(record.history, run) });
    } else {
      this.#store.put({ ...record, runs: [...others, run] });
    }
    this.#attend(run);
  }

  /** A waiting run wants offers as soon as it may be launched; one that has waited for too long is given up. */
  #attend(run: JobRun): void {
    this.#alarms.get(run.id)?.cancel();
    this.#alarms.delete(run.id);
    if (isEnded(run)) return;
    const { clock } = this.#options;
    const waitMs = launchableIn(run, clock);
    if (waitMs === undefined) {
      this.#framework.start();
      return;
    }
    if (waitMs === 0) this.#framework.want();
    const wakeMs = waitMs > 0 ? waitMs : Math.max(0, waitLeftMs(run, clock));
    const alarm = clock.after(wakeMs, () => {
      const current = this.#store.get(run.jobId)?.runs.find(({ id }) => id === run.id);
      if (current !== undefined) this.#save(afterWaiting(current, clock));
    });
    this.#alarms.set(run.id, alarm);
  }

  #arm(jobId: string, schedule: Schedule): void {
    this.#disarm(jobId, schedule.id);
    const { clock } = this.#options;
    const due = nextRunAt(schedule, clock.now());
    if (!schedule.enabled || typeof due === 'string') return;
    const alarm = clock.after(Math.min(due - clock.now(), longestSleepMs), () => {
      if (clock.now() >= due) this.#fire(jobId, schedule, due);
      this.#arm(jobId, schedule);
    });
    this.#alarms.set(`${jobId} ${schedule.id}`, alarm);
  }

  #disarm(jobId: string, scheduleId: string): void {
    this.#alarms.get(`${jobId} ${scheduleId}`)?.cancel();
    this.#alarms.delete(`${jobId} ${scheduleId}`);
  }

  #fire(jobId: string, schedule: Schedule, due: number): void {
    const record = this.#store.get(jobId);
    if (record === undefined) return;
    const isTooLate = this.#options.clock.now() > due + schedule.startingDeadlineSeconds * 1000;
    const isBusy = schedule.concurrencyPolicy === 'FORBID' && record.runs.length > 0;
    if (!isTooLate && !isBusy) this.startRun(record.job);
  }

  #nextTaskOf(run: JobRun): string {
    const known = this.#nextTasks.get(run.id);
    if (known !== undefined) return known;
    const taskId = `${run.jobId.replaceAll('.', '_')}_${run.id}.${randomUUID()}`;
    this.#nextTasks.set(run.id, taskId);
    return taskId;
  }

  /** The job was checked when it came in, so there is an app. */
  #appOf(job: Job): AppDefinition | undefined {
    const known = this.#apps.get(job);
    if (known !== undefined) return known;
    const app = appOf(job);
    if (app.kind === 'refused') return undefined;
    this.#apps.set(job, app.value);
    return app.value;
  }
}

import { constants } from 'node:os';
import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type {
  Container,
  ContainerExit,
  Containerizer,
  ContainerRequest,
} from '../containerizer/container.ts';
import { isTerminal } from '../task-states.ts';
import type { ContainerStatus, ExecutorInfo, KillPolicy, TaskInfo, TaskStatus } from '../v1.ts';
import type { ExecutorRecord, ExecutorRun, StatusNews, TaskContainer, TaskRecord } from './books.ts';

/** What the agent says to an executor of a framework, as the v1 executor API spells it. */
export type ExecutorEvent =
  | { readonly type: 'SUBSCRIBED'; readonly subscribed: Readonly<Record<string, unknown>> }
  | { readonly type: 'LAUNCH'; readonly launch: { readonly task: TaskInfo } }
  | {
      readonly type: 'LAUNCH_GROUP';
      readonly launch_group: { readonly task_group: { readonly tasks: readonly TaskInfo[] } };
    }
  | {
      readonly type: 'KILL';
      readonly kill: { readonly task_id: TaskInfo['task_id']; readonly kill_policy?: KillPolicy };
    }
  | {
      readonly type: 'ACKNOWLEDGED';
      readonly acknowledged: { readonly task_id: TaskInfo['task_id']; readonly uuid: string };
    }
  | { readonly type: 'MESSAGE'; readonly message: { readonly data: string } }
  | { readonly type: 'SHUTDOWN' }
  | { readonly type: 'ERROR'; readonly error: { readonly message: string } }
  | { readonly type: 'HEARTBEAT' };

/** The stream of events to a subscribed executor. */
export interface ExecutorSink {
  send(event: ExecutorEvent): void;
  close(): void;
}

export interface CustomExecutorOptions {
  readonly executor: ExecutorRecord;
  readonly info: ExecutorInfo;
  readonly containerizer: Containerizer;
  readonly clock: Clock;
  /** Makes the sandbox ready. @throws when the executor cannot be launched. */
  readonly prepare: (signal: AbortSignal) => Promise<ContainerRequest>;
  readonly report: (task: TaskRecord, news: StatusNews) => void;
  /** `status` is as `wait` reports it. */
  readonly onEnded: (status: number) => void;
}

const registrationTimeoutMs = 60_000;
const defaultShutdownGraceMs = 5000;

/** Why the agent itself ended an executor. */
interface Cause {
  readonly state: 'TASK_FAILED' | 'TASK_KILLED';
  readonly reason: string;
  readonly message: string;
}

/** An executor that the framework brought: a program that speaks the executor API, in a container of its own. */
export class CustomExecutor implements ExecutorRun {
  readonly ended: Promise<void>;
  readonly #options: CustomExecutorOptions;
  readonly #launch = new AbortController();
  /** Launched by the framework, not yet told to the executor. */
  #queue: (readonly TaskInfo[])[] = [];
  #sink: ExecutorSink | null = null;
  #container: Container | null = null;
  #cause: Cause | null = null;
  #shuttingDown = false;
  readonly #timers = new Set<Timer>();

  constructor(options: CustomExecutorOptions) {
    this.#options = options;
    this.ended = this.#live();
  }

  /** Several tasks are a group. They wait until the executor has subscribed. */
  launch(tasks: readonly TaskInfo[]): void {
    if (this.#sink === null) this.#queue.push(tasks);
    else this.#tell(this.#sink, tasks);
  }

  /** Replaces an earlier stream. */
  subscribe(sink: ExecutorSink, greeting: Readonly<Record<string, unknown>>): void {
    this.#sink?.close();
    this.#sink = sink;
    for (const timer of this.#timers) timer.cancel();
    sink.send({ type: 'SUBSCRIBED', subscribed: greeting });
    for (const tasks of this.#queue) this.#tell(sink, tasks);
    this.#queue = [];
    if (this.#shuttingDown) sink.send({ type: 'SHUTDOWN' });
  }

  acknowledge(status: TaskStatus): void {
    const { task_id, uuid = '' } = status;
    this.#sink?.send({ type: 'ACKNOWLEDGED', acknowledged: { task_id, uuid } });
  }

  kill(taskId: string, policy: KillPolicy | undefined, reason?: string): void {
    const record = this.#options.executor.tasks.get(taskId);
    if (record === undefined) return;
    const waits = this.#queue.some((tasks) => tasks.some((task) => task.task_id.value === taskId));
    if (!waits) {
      this.#sink?.send({ type: 'KILL', kill: { task_id: record.task.task_id, kill_policy: policy } });
      return;
    }
    this.#queue = this.#queue.map((tasks) => tasks.filter((task) => task.task_id.value !== taskId));
    this.#options.report(record, {
      state: 'TASK_KILLED',
      source: 'SOURCE_AGENT',
      reason: reason ?? 'REASON_TASK_KILLED_DURING_LAUNCH',
      message: 'Task killed before it was delivered to its executor',
    });
    if ([...this.#options.executor.tasks.values()].every(({ state }) => isTerminal(state))) this.shutdown();
  }

  shutdown(): void {
    if (this.#shuttingDown) return;
    this.#shuttingDown = true;
    this.#launch.abort();
    if (this.#sink === null) {
      this.#container?.destroy();
      return;
    }
    this.#sink.send({ type: 'SHUTDOWN' });
    const grace = this.#options.info.shutdown_grace_period;
    this.#after(grace === undefined ? defaultShutdownGraceMs : grace.nanoseconds / 1e6, () =>
      this.#container?.destroy(),
    );
  }

  async destroy(): Promise<void> {
    this.#shuttingDown = true;
    this.#launch.abort();
    this.#container?.destroy();
    await this.ended;
  }

  message(data: string): void {
    this.#sink?.send({ type: 'MESSAGE', message: { data } });
  }

  containers(): readonly TaskContainer[] {
    const { containerId, id } = this.#options.executor;
    return [{ containerId, taskId: id, container: this.#container }];
  }

  async #live(): Promise<void> {
    let exit: ContainerExit = { kind: 'signalled', signal: 'SIGKILL' };
    try {
      exit = await this.#run();
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      this.#cause ??= this.#shuttingDown
        ? { state: 'TASK_KILLED', reason: 'REASON_TASK_KILLED_DURING_LAUNCH', message: 'Executor shut down' }
        : {
            state: 'TASK_FAILED',
            reason: 'REASON_CONTAINER_LAUNCH_FAILED',
            message: `Failed to launch container: ${why}`,
          };
    }
    for (const timer of this.#timers) timer.cancel();
    this.#sink?.close();
    this.#endTasks(exit);
    this.#options.onEnded(rawStatusOf(exit));
  }

  async #run(): Promise<ContainerExit> {
    const { containerizer, prepare } = this.#options;
    const request = await prepare(this.#launch.signal);
    await containerizer.prepare(request, this.#launch.signal);
    this.#launch.signal.throwIfAborted();
    const container = await containerizer.start(request);
    this.#container = container;
    if (this.#shuttingDown) container.destroy();
    if (this.#sink === null) {
      this.#after(registrationTimeoutMs, () => {
        const message = 'Executor did not register within 1mins';
        this.#cause = { state: 'TASK_FAILED', reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT', message };
        container.destroy();
      });
    }
    return container.exited;
  }

  #tell(sink: ExecutorSink, tasks: readonly TaskInfo[]): void {
    const [only] = tasks;
    if (only === undefined) return;
    if (only.executor !== undefined) sink.send({ type: 'LAUNCH', launch: { task: only } });
    else sink.send({ type: 'LAUNCH_GROUP', launch_group: { task_group: { tasks } } });
  }

  /** Tasks end with their executor. */
  #endTasks(exit: ContainerExit): void {
    const limited = exit.limitation;
    const news: StatusNews =
      limited === undefined
        ? {
            state: 'TASK_FAILED',
            reason: 'REASON_EXECUTOR_TERMINATED',
            message: 'Executor terminated',
            ...this.#cause,
          }
        : {
            state: 'TASK_FAILED',
            reason: limited.reason,
            message: limited.message,
            limitation: { resources: limited.resources },
          };
    for (const record of [...this.#options.executor.tasks.values()]) {
      if (!isTerminal(record.state)) this.#options.report(record, { ...news, source: 'SOURCE_AGENT' });
    }
  }

  #after(delayMs: number, callback: () => void): void {
    this.#timers.add(this.#options.clock.after(delayMs, callback));
  }
}

/** An exit as `wait` reports it. */
export function rawStatusOf(exit: ContainerExit): number {
  if (exit.kind === 'exited') return exit.code << 8;
  if (exit.kind === 'lost') return constants.signals.SIGKILL;
  return (constants.signals as Readonly<Record<string, number>>)[exit.signal] ?? constants.signals.SIGKILL;
}

/** Where a status of a custom executor's task says that it ran. */
export function containerStatusOf(executor: ExecutorRecord): ContainerStatus {
  return { container_id: { value: executor.containerId } };
}

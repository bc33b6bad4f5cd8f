import type { Clock, Timer } from '../../../plumbing/clock.ts';
import {
  type Container,
  type ContainerExit,
  type Containerizer,
  type ContainerRequest,
  LaunchError,
} from '../containerizer/container.ts';
import { signalDescription } from '../containerizer/signals.ts';
import type { ContainerStatus, DurationInfo, KillPolicy, TaskInfo, TaskState } from '../v1.ts';
import type { StatusNews } from './books.ts';
import { type CheckWatch, initialCheckStatus, watchChecks } from './checks/watch.ts';

export interface TaskRunOptions {
  readonly task: TaskInfo;
  readonly containerizer: Containerizer;
  readonly clock: Clock;
  readonly containerId: NonNullable<ContainerStatus['container_id']>;
  /** Makes the sandbox ready. @throws when the task cannot be launched, or `signal` says that it need not be. */
  readonly prepare: (signal: AbortSignal) => Promise<ContainerRequest>;
  /** Whether the framework understands TASK_KILLING. */
  readonly reportsKilling: () => boolean;
  readonly report: (news: StatusNews) => void;
}

type KillCause = 'asked' | 'unhealthy' | 'completion-time';

interface Kill {
  readonly cause: KillCause;
  readonly reason?: string;
  readonly startedAt: number;
  /** When politeness ends. */
  escalateAt: number;
}

const defaultGraceMs = 3000;

/** One task as the built-in executors run it: from preparing its sandbox to its terminal status. */
export class TaskRun {
  readonly #options: TaskRunOptions;
  /** While there is something to call off. */
  #launch: AbortController | null = null;
  #container: Container | null = null;
  #checks: CheckWatch | null = null;
  #kill: Kill | null = null;
  #escalation: Timer | null = null;
  #completionLimit: Timer | null = null;
  /** What every status of the running task repeats. */
  #standing: Partial<StatusNews>;
  /** Resolves with the terminal state, after that was reported. Never rejects. */
  readonly ended: Promise<TaskState>;

  constructor(options: TaskRunOptions) {
    this.#options = options;
    this.#standing = { container_status: { container_id: options.containerId } };
    this.ended = this.#live();
  }

  /** Null before it has started. */
  get container(): Container | null {
    return this.#container;
  }

  /** A policy given here beats the task's own. A repeated kill can only shorten what is left of the grace. */
  kill(policy?: KillPolicy, reason?: string): void {
    const grace = policy?.grace_period ?? this.#options.task.kill_policy?.grace_period;
    this.#end('asked', grace === undefined ? defaultGraceMs : milliseconds(grace), reason);
  }

  /** Without any grace. */
  destroy(): void {
    this.#end('asked', 0);
  }

  async #live(): Promise<TaskState> {
    const last = await this.#run().catch((error: unknown) => this.#failure(error));
    this.#checks?.stop();
    this.#escalation?.cancel();
    this.#completionLimit?.cancel();
    this.#options.report({ ...this.#standing, ...last });
    return last.state;
  }

  async #run(): Promise<StatusNews> {
    const { clock, containerizer, containerId, prepare, report, task } = this.#options;
    this.#launch = new AbortController();
    const { signal } = this.#launch;
    const request = await prepare(signal);
    await containerizer.prepare(request, signal);
    signal.throwIfAborted();
    this.#launch = null;
    report({ state: 'TASK_STARTING', ...this.#standing });
    const container = await containerizer.start(request);
    this.#container = container;
    const status = {
      container_id: containerId,
      network_infos: container.networks,
      executor_pid: container.pid,
    };
    this.#standing = { container_status: status, labels: container.labels };
    report({
      state: 'TASK_RUNNING',
      ...this.#standing,
      data: container.data,
      check_status: initialCheckStatus(task),
    });
    this.#checks = watchChecks({
      task,
      container,
      clock,
      report: (news) => {
        if (this.#kill === null) report({ state: 'TASK_RUNNING', ...this.#standing, ...news });
      },
      onUnhealthy: () => {
        const grace = task.kill_policy?.grace_period;
        this.#end('unhealthy', grace === undefined ? defaultGraceMs : milliseconds(grace));
      },
    });
    if (task.max_completion_time !== undefined) {
      const limitMs = milliseconds(task.max_completion_time);
      this.#completionLimit = clock.after(limitMs, () => this.#end('completion-time', 0));
    }
    if (this.#kill !== null) this.#carryOutKill();
    return this.#conclusion(await container.exited);
  }

  #end(cause: KillCause, graceMs: number, reason?: string): void {
    const now = this.#options.clock.monotonic();
    if (this.#kill === null) {
      this.#kill = { cause, reason, startedAt: now, escalateAt: now + graceMs };
      this.#launch?.abort();
      if (this.#container !== null) this.#carryOutKill();
      return;
    }
    const escalateAt = this.#kill.startedAt + graceMs;
    if (escalateAt >= this.#kill.escalateAt) return;
    this.#kill.escalateAt = escalateAt;
    if (this.#container !== null) this.#armEscalation();
  }

  #carryOutKill(): void {
    if (this.#options.reportsKilling()) {
      const healthy = this.#kill?.cause === 'unhealthy' ? false : undefined;
      this.#options.report({ state: 'TASK_KILLING', ...this.#standing, healthy, reason: this.#kill?.reason });
    }
    this.#checks?.stop();
    // Out of time means at once; whoever asks for no grace still gets the polite signal first.
    if (this.#kill?.cause !== 'completion-time') this.#container?.terminate();
    this.#armEscalation();
  }

  #armEscalation(): void {
    this.#escalation?.cancel();
    if (this.#kill === null) return;
    const leftMs = this.#kill.escalateAt - this.#options.clock.monotonic();
    if (leftMs <= 0) this.#container?.destroy();
    else this.#escalation = this.#options.clock.after(leftMs, () => this.#container?.destroy());
  }

  #conclusion(exit: ContainerExit): StatusNews {
    const message = describeExit(this.#options.containerizer.noun, exit);
    if (this.#kill?.cause === 'completion-time') {
      return { state: 'TASK_FAILED', message, reason: 'REASON_MAX_COMPLETION_TIME_REACHED' };
    }
    if (this.#kill !== null) {
      const healthy = this.#kill.cause === 'unhealthy' ? false : undefined;
      return { state: 'TASK_KILLED', message, healthy, reason: this.#kill.reason };
    }
    if (exit.limitation !== undefined) {
      const { reason, message, resources } = exit.limitation;
      return { state: 'TASK_FAILED', source: 'SOURCE_AGENT', reason, message, limitation: { resources } };
    }
    const succeeded = exit.kind === 'exited' && exit.code === 0;
    return { state: succeeded ? 'TASK_FINISHED' : 'TASK_FAILED', message };
  }

  #failure(error: unknown): StatusNews {
    if (this.#kill !== null) {
      return {
        state: 'TASK_KILLED',
        source: 'SOURCE_AGENT',
        reason: this.#kill.reason ?? 'REASON_TASK_KILLED_DURING_LAUNCH',
        message: 'Task killed before it was launched',
      };
    }
    if (error instanceof LaunchError && error.exit !== undefined) {
      return { state: 'TASK_FAILED', message: describeExit(this.#options.containerizer.noun, error.exit) };
    }
    return {
      state: 'TASK_FAILED',
      source: 'SOURCE_AGENT',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: `Failed to launch container: ${error instanceof Error ? error.message : error}`,
    };
  }
}

function describeExit(noun: string, exit: ContainerExit): string {
  switch (exit.kind) {
    case 'exited':
      return `${noun} exited with status ${exit.code}`;
    case 'lost':
      return `${noun} was lost: ${exit.why}`;
    default:
      return `${noun} terminated with signal ${signalDescription(exit.signal)}`;
  }
}

function milliseconds(duration: DurationInfo): number {
  return duration.nanoseconds / 1e6;
}

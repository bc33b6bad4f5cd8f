import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../plumbing/clock.ts';
import type { Containerizer } from '../containerizer/container.ts';
import type { AgentDescription, MasterDoor, MasterMessage, RunningTask } from '../link.ts';
import { isTerminal } from '../task-states.ts';
import type { FrameworkInfo, Resource, TaskState, TaskStatus } from '../v1.ts';
import {
  completeTask,
  type ExecutorRecord,
  type FrameworkRecord,
  noteStatus,
  type StatusNews,
  type TaskRecord,
} from './books.ts';
import { Executors } from './executors.ts';
import { Frameworks } from './frameworks.ts';
import { Registration } from './registration.ts';
import { StatusUpdates } from './status-updates.ts';
import type { Workspace } from './workspace.ts';

export interface AgentCoreOptions {
  readonly master: MasterDoor;
  readonly clock: Clock;
  readonly description: AgentDescription;
  readonly containerizers: readonly Containerizer[];
  /** Null when tasks are simulated. */
  readonly workspace: Workspace | null;
  readonly marks: Readonly<Record<string, string>>;
  readonly onRegistered: (agentId: string) => void;
  /** What a person may want to know later, one sentence at a time. */
  readonly log: (text: string) => void;
}

/** One agent: does what the master says and tells it what becomes of the tasks. */
export class AgentCore {
  readonly registration: Registration;
  /** All that the agent has; reservations and volumes come and go. */
  resources: readonly Resource[];
  readonly frameworks = new Frameworks();
  readonly startedAt: number;
  readonly #startedMonotonic: number;
  /** For the metrics: what has been since the start. */
  readonly counters = { updates: 0, executorsEnded: 0, ended: new Map<TaskState, number>() };
  readonly #options: AgentCoreOptions;
  readonly #updates: StatusUpdates;
  readonly #executors: Executors;

  constructor(options: AgentCoreOptions) {
    this.#options = options;
    this.resources = options.description.resources;
    this.startedAt = options.clock.now();
    this.#startedMonotonic = options.clock.monotonic();
    this.#updates = new StatusUpdates(options.clock, (frameworkId, status, latest) =>
      this.registration.send({ kind: 'status-update', frameworkId, status, latest }),
    );
    this.#executors = new Executors({
      clock: options.clock,
      containerizers: options.containerizers,
      workspace: options.workspace,
      marks: options.marks,
      identity: () => ({ agentId: this.registration.agentId ?? '', pid: options.description.pid }),
      report: (executor, task, news) => this.report(executor, task, news),
      onEnded: (executor, status) => this.#onExecutorEnded(executor, status),
    });
    this.registration = new Registration({
      master: options.master,
      clock: options.clock,
      description: options.description,
      runningTasks: () => this.#runningTasks(),
      onRegistered: (agentId) => {
        options.log(`Agent ${agentId} at ${options.description.pid} is registered`);
        options.onRegistered(agentId);
        this.#updates.resend();
      },
      onMessage: (message) => this.#onMessage(message),
    });
  }

  get uptimeSeconds(): number {
    return (this.#options.clock.monotonic() - this.#startedMonotonic) / 1000;
  }

  /** Ends what runs without telling anyone; resolves when nothing is left. */
  async destroyAll(): Promise<void> {
    for (const framework of this.frameworks.live.values()) framework.ending = true;
    await Promise.all([...this.frameworks.executors()].map((executor) => executor.run?.destroy()));
    this.#updates.stop();
  }

  /** Afterwards the agent knows of no framework, as after a reboot of its machine. */
  forgetAll(): void {
    for (const framework of [...this.frameworks.live.values()]) this.#forget(framework);
  }

  /** Ends the tasks of frameworks that did not ask for checkpoints: they do not survive their agent's restart. */
  async destroyUncheckpointed(): Promise<void> {
    const doomed = [...this.frameworks.live.values()].filter(
      (framework) => framework.info.checkpoint !== true,
    );
    for (const framework of doomed) framework.ending = true;
    await Promise.all(
      doomed.flatMap((framework) =>
        [...framework.executors.values()].map((executor) => executor.run?.destroy()),
      ),
    );
    for (const framework of doomed) this.#forget(framework);
  }

  #onMessage(message: Exclude<MasterMessage, { kind: 'registered' | 'ping' }>): void {
    switch (message.kind) {
      case 'run-task':
        this.#runTask(message);
        return;
      case 'run-group':
        this.#executors.runGroup(
          this.frameworks.enter(message.framework),
          message.role,
          message.executor,
          message.tasks,
        );
        return;
      case 'kill':
        this.frameworks
          .executorOf(message.frameworkId, message.taskId)
          ?.run?.kill(message.taskId, message.policy, message.reason);
        return;
      case 'acknowledge':
        this.#onAcknowledged(message.frameworkId, message.taskId, message.uuid);
        return;
      case 'checkpoint-resources':
        this.resources = message.resources;
        void this.#options.workspace?.keepVolumes(message.resources).catch((error: unknown) => {
          this.#options.log(
            `Volumes could not be removed: ${error instanceof Error ? error.message : error}`,
          );
        });
        return;
      case 'shutdown-framework':
        void this.#shutDownFramework(message.frameworkId);
        return;
      case 'shutdown-executor':
        this.frameworks.live.get(message.frameworkId)?.executors.get(message.executorId)?.run?.shutdown();
        return;
      case 'framework-message':
        this.frameworks.live
          .get(message.frameworkId)
          ?.executors.get(message.executorId)
          ?.run?.message(message.data);
        return;
      case 'framework-updated':
        this.#onFrameworkUpdated(message.framework);
        return;
      case 'shutdown':
        this.#options.log(`The master shuts this agent down: ${message.message}`);
        this.registration.stop({ forget: true });
        void this.destroyAll();
        return;
      default:
        message satisfies never;
    }
  }

  /** A message of a framework's own executor to its framework; nobody promises that it arrives. */
  forwardMessage(executor: ExecutorRecord, data: string): void {
    const frameworkId = executor.framework.info.id.value;
    this.registration.send({ kind: 'executor-message', frameworkId, executorId: executor.id, data });
  }

  #runTask({ framework, role, task }: Extract<MasterMessage, { kind: 'run-task' }>): void {
    const record = this.frameworks.enter(framework);
    if (task.executor === undefined) this.#executors.runCommandTask(record, role, task);
    else this.#executors.runCustomTask(record, role, task.executor, task);
  }

  /** Writes a status into the books and sends it on its way to the framework. */
  report(executor: ExecutorRecord, record: TaskRecord, news: StatusNews): void {
    const status: TaskStatus = {
      task_id: record.task.task_id,
      source: 'SOURCE_EXECUTOR',
      timestamp: this.#options.clock.now() / 1000,
      uuid: newUuid(),
      ...withoutUndefined(news),
      ...this.#whereItRan(news),
      agent_id: { value: this.registration.agentId ?? '' },
      executor_id: { value: executor.id },
    };
    noteStatus(record, status);
    this.counters.updates++;
    if (isTerminal(status.state)) {
      const { value: frameworkId } = executor.framework.info.id;
      const why = [status.reason, status.message].filter((part) => part !== undefined).join(': ');
      this.#options.log(
        `Task ${record.task.task_id.value} of framework ${frameworkId} is ${status.state}; ${why}`,
      );
      this.counters.ended.set(status.state, (this.counters.ended.get(status.state) ?? 0) + 1);
    }
    if (!executor.framework.ending) this.#updates.add(executor.framework.info.id.value, status);
  }

  /** A container without an address of its own has the agent's. */
  #whereItRan({ container_status: container }: StatusNews): Pick<TaskStatus, 'container_status'> {
    if (container === undefined || container.network_infos !== undefined) return {};
    const [, address = ''] = /@(.*):\d+$/.exec(this.#options.description.pid) ?? [];
    const network = { ip_addresses: [{ protocol: 'IPv4', ip_address: address }] } as const;
    return { container_status: { ...container, network_infos: [network] } };
  }

  #onAcknowledged(frameworkId: string, taskId: string, uuid: string): void {
    const acknowledged = this.#updates.acknowledge(frameworkId, taskId, uuid);
    if (acknowledged === undefined || !acknowledged.ended) return;
    const executor = this.frameworks.executorOf(frameworkId, taskId);
    if (executor === undefined) return;
    completeTask(executor, taskId);
    this.frameworks.retire(executor);
  }

  #onExecutorEnded(executor: ExecutorRecord, status: number): void {
    this.counters.executorsEnded++;
    if (executor.kind !== 'command' && !executor.framework.ending) {
      const frameworkId = executor.framework.info.id.value;
      this.registration.send({ kind: 'executor-exited', frameworkId, executorId: executor.id, status });
    }
    this.frameworks.retire(executor);
  }

  async #shutDownFramework(frameworkId: string): Promise<void> {
    const framework = this.frameworks.live.get(frameworkId);
    if (framework === undefined) return;
    framework.ending = true;
    this.#updates.forget(frameworkId);
    const { clock } = this.#options;
    const runs = [...framework.executors.values()].flatMap((executor) => executor.run ?? []);
    for (const run of runs) run.shutdown();
    const escalation = clock.after(executorShutdownGraceMs, () => {
      for (const run of runs) void run.destroy();
    });
    await Promise.all(runs.map((run) => run.ended));
    escalation.cancel();
    this.#forget(framework);
  }

  #forget(framework: FrameworkRecord): void {
    this.#updates.forget(framework.info.id.value);
    this.frameworks.forget(framework);
  }

  #onFrameworkUpdated(info: FrameworkInfo): void {
    const framework = this.frameworks.live.get(info.id?.value ?? '');
    if (framework === undefined) return;
    framework.info = { ...info, id: framework.info.id };
    this.#updates.resend(framework.info.id.value);
  }

  #runningTasks(): readonly RunningTask[] {
    const tasks: RunningTask[] = [];
    for (const executor of this.frameworks.executors()) {
      if (executor.framework.ending) continue;
      for (const { task, role, statuses } of executor.tasks.values()) {
        const latest = statuses.at(-1) ?? { task_id: task.task_id, state: 'TASK_STAGING' };
        tasks.push({ framework: executor.framework.info, role, task, executor: executor.info, latest });
      }
    }
    return tasks;
  }
}

/** `--executor_shutdown_grace_period`: what the tasks of a framework that is gone get at most. */
const executorShutdownGraceMs = 5000;

/** Sixteen bytes in base64. */
function newUuid(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64');
}

function withoutUndefined(news: StatusNews): StatusNews {
  return Object.fromEntries(Object.entries(news).filter(([, value]) => value !== undefined)) as StatusNews;
}

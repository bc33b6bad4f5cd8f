import { randomUUID } from 'node:crypto';
import type { Clock } from '../../plumbing/clock.ts';
import { type Containerizer, type ContainerRequest, LaunchError } from '../containerizer/container.ts';
import type { ExecutorInfo, TaskInfo } from '../v1.ts';
import type { ExecutorRecord, FrameworkRecord, StatusNews, TaskRecord } from './books.ts';
import { CommandExecutor } from './command-executor.ts';
import { allotmentOf } from './container-plan.ts';
import { taskEnvironment, variablesOf } from './environment.ts';
import { GroupExecutor } from './group-executor.ts';
import { TaskRun } from './task-run.ts';
import type { Workspace } from './workspace.ts';

/** Who the agent is, as tasks see it. */
export interface AgentIdentity {
  readonly agentId: string;
  readonly pid: string;
}

export interface ExecutorsOptions {
  readonly clock: Clock;
  readonly containerizers: readonly Containerizer[];
  /** Null when tasks are simulated: nothing is written anywhere. */
  readonly workspace: Workspace | null;
  readonly identity: () => AgentIdentity;
  readonly marks: Readonly<Record<string, string>>;
  readonly report: (executor: ExecutorRecord, task: TaskRecord, news: StatusNews) => void;
  /** Nothing of the executor runs any more; `status` is as `wait` reports it. */
  readonly onEnded: (executor: ExecutorRecord, status: number) => void;
}

/** Starts executors and their tasks. Bookkeeping beyond that is the agent's. */
export class Executors {
  readonly #options: ExecutorsOptions;

  constructor(options: ExecutorsOptions) {
    this.#options = options;
  }

  /** A task without an executor of its own: it gets one with its id. */
  runCommandTask(framework: FrameworkRecord, role: string, task: TaskInfo): void {
    const executor = this.#open(framework, { id: task.task_id.value, kind: 'command', role });
    const run = this.#start(executor, addTask(executor, task, role), {
      containerId: { value: executor.containerId },
      makeSandbox: () => this.#makeSandbox(executor),
    });
    executor.run = new CommandExecutor({ containerId: executor.containerId, taskId: executor.id, run });
    void run.ended.then(() => this.#close(executor));
  }

  /** Adds a group to the executor, which is started when it does not run. */
  runGroup(framework: FrameworkRecord, role: string, info: ExecutorInfo, tasks: readonly TaskInfo[]): void {
    const { executor, group } = this.#groupExecutor(framework, role, info);
    group.add(
      tasks.map((task) => {
        const taskId = task.task_id.value;
        const containerId = { value: randomUUID(), parent: { value: executor.containerId } };
        const run = this.#start(executor, addTask(executor, task, role), {
          containerId,
          makeSandbox: async () => {
            const sandbox = await group.sandbox;
            const nested = this.#options.workspace?.makeNestedSandbox(sandbox, taskId, containerId.value);
            return nested ?? '';
          },
        });
        return { taskId, containerId: containerId.value, run };
      }),
    );
  }

  #groupExecutor(
    framework: FrameworkRecord,
    role: string,
    info: ExecutorInfo,
  ): { readonly executor: ExecutorRecord; readonly group: GroupExecutor } {
    const known = framework.executors.get(info.executor_id.value);
    if (known?.run instanceof GroupExecutor) return { executor: known, group: known.run };
    const executor = this.#open(framework, { id: info.executor_id.value, kind: 'default', role, info });
    const group = new GroupExecutor(this.#prepareExecutor(executor), () => this.#close(executor));
    executor.run = group;
    return { executor, group };
  }

  async #prepareExecutor(executor: ExecutorRecord): Promise<string> {
    const sandbox = await this.#makeSandbox(executor);
    const uris = executor.info?.command?.uris ?? [];
    await this.#options.workspace?.fetch(uris, sandbox, new AbortController().signal);
    return sandbox;
  }

  #open(
    framework: FrameworkRecord,
    opening: Pick<ExecutorRecord, 'id' | 'kind' | 'role' | 'info'>,
  ): ExecutorRecord {
    const containerId = randomUUID();
    const place = {
      agentId: this.#options.identity().agentId,
      frameworkId: framework.info.id.value,
      executorId: opening.id,
      containerId,
    };
    const executor: ExecutorRecord = {
      ...opening,
      framework,
      containerId,
      sandbox: this.#options.workspace?.sandboxOf(place) ?? '',
      startedAt: this.#options.clock.now(),
      tasks: new Map(),
      completedTasks: [],
      run: null,
    };
    framework.executors.set(opening.id, executor);
    return executor;
  }

  #close(executor: ExecutorRecord): void {
    executor.run = null;
    this.#options.onEnded(executor, 0);
  }

  async #makeSandbox(executor: ExecutorRecord): Promise<string> {
    await this.#options.workspace?.makeSandbox(executor.sandbox);
    return executor.sandbox;
  }

  #start(
    executor: ExecutorRecord,
    record: TaskRecord,
    place: {
      readonly containerId: { readonly value: string; readonly parent?: { readonly value: string } };
      readonly makeSandbox: () => Promise<string>;
    },
  ): TaskRun {
    const { clock, containerizers, report, workspace } = this.#options;
    const wanted = record.task.container?.type === 'DOCKER' ? 'docker' : 'mesos';
    const containerizer =
      containerizers.find((candidate) => candidate.name === wanted) ??
      containerizers.find((candidate) => candidate.name === 'simulated');
    return new TaskRun({
      task: record.task,
      containerizer: containerizer ?? noContainerizer(containerizers),
      clock,
      containerId: place.containerId,
      prepare: async (signal) => {
        const sandbox = await place.makeSandbox();
        await workspace?.fetch(record.task.command?.uris ?? [], sandbox, signal).catch((error: unknown) => {
          const why = error instanceof Error ? error.message : error;
          throw new Error(`Failed to fetch all URIs for container '${place.containerId.value}': ${why}`);
        });
        return this.#request(executor, record, place.containerId.value, sandbox);
      },
      reportsKilling: () => hasCapability(executor.framework, 'TASK_KILLING_STATE'),
      report: (news) => report(executor, record, news),
    });
  }

  #request(
    executor: ExecutorRecord,
    record: TaskRecord,
    containerId: string,
    sandbox: string,
  ): ContainerRequest {
    const { task } = record;
    const command = task.command ?? {};
    const facts = {
      ...this.#options.identity(),
      framework: executor.framework.info,
      executorId: executor.id,
      executor: executor.info,
      sandbox,
      role: record.role,
      marks: this.#options.marks,
    };
    return {
      containerId,
      frameworkId: executor.framework.info.id.value,
      taskId: task.task_id.value,
      sandbox,
      command,
      container: task.container,
      environment: this.#options.workspace === null ? {} : taskEnvironment(facts, command),
      taskEnvironment: { ...variablesOf(executor.info?.command), ...variablesOf(command) },
      role: record.role,
      user: command.user,
      allotment: allotmentOf(task),
    };
  }
}

function addTask(executor: ExecutorRecord, task: TaskInfo, role: string): TaskRecord {
  const record: TaskRecord = { task, role, state: 'TASK_STAGING', statuses: [] };
  executor.tasks.set(task.task_id.value, record);
  return record;
}

function hasCapability(framework: FrameworkRecord, type: string): boolean {
  return framework.info.capabilities?.some((capability) => capability.type === type) === true;
}

function noContainerizer(enabled: readonly Containerizer[]): Containerizer {
  const names = enabled.map((containerizer) => containerizer.name).join(', ');
  const refusal = new LaunchError(
    `None of the enabled containerizers (${names}) could create a container for the provided TaskInfo message`,
  );
  const refuse = (): Promise<never> => Promise.reject(refusal);
  return {
    name: 'mesos',
    noun: 'Command',
    isolation: [],
    prepare: refuse,
    start: refuse,
    dispose: async () => {},
  };
}

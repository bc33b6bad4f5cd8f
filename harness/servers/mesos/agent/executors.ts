import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../plumbing/clock.ts';
import { type Containerizer, type ContainerRequest, LaunchError } from '../containerizer/container.ts';
import type { CommandInfo, ContainerInfo, ExecutorInfo, TaskInfo } from '../v1.ts';
import type { ExecutorRecord, FrameworkRecord, StatusNews, TaskRecord } from './books.ts';
import { CommandExecutor } from './command-executor.ts';
import { allotmentOf } from './container-plan.ts';
import { CustomExecutor } from './custom-executor.ts';
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
    executor.run = new CommandExecutor(executor.containerId, executor.id, run);
    void run.ended.then(() => this.#close(executor, 0));
  }

  /** A task of an executor that its framework brings; the executor is started when it does not run. */
  runCustomTask(framework: FrameworkRecord, role: string, info: ExecutorInfo, task: TaskInfo): void {
    const { executor, run } = this.#customExecutor(framework, role, info);
    addTask(executor, task, role);
    run.launch([task]);
  }

  /** Adds a group to the executor, which is started when it does not run. */
  runGroup(framework: FrameworkRecord, role: string, info: ExecutorInfo, tasks: readonly TaskInfo[]): void {
    if (info.type === 'CUSTOM') {
      const { executor, run } = this.#customExecutor(framework, role, info);
      for (const task of tasks) addTask(executor, task, role);
      run.launch(tasks);
      return;
    }
    const { executor, run: group } = this.#groupExecutor(framework, role, info);
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

  #groupExecutor(framework: FrameworkRecord, role: string, info: ExecutorInfo): Standing<GroupExecutor> {
    const known = framework.executors.get(info.executor_id.value);
    if (known?.run instanceof GroupExecutor) return { executor: known, run: known.run };
    const executor = this.#open(framework, { id: info.executor_id.value, kind: 'default', role, info });
    const sandbox = this.#prepareExecutor(executor, new AbortController().signal);
    const run = new GroupExecutor(sandbox, () => this.#close(executor, 0));
    executor.run = run;
    return { executor, run };
  }

  #customExecutor(framework: FrameworkRecord, role: string, info: ExecutorInfo): Standing<CustomExecutor> {
    const known = framework.executors.get(info.executor_id.value);
    if (known?.run instanceof CustomExecutor) return { executor: known, run: known.run };
    const executor = this.#open(framework, { id: info.executor_id.value, kind: 'custom', role, info });
    const run = new CustomExecutor({
      executor,
      info,
      containerizer: this.#containerizerFor(info.container),
      clock: this.#options.clock,
      prepare: async (signal) => {
        const sandbox = await this.#prepareExecutor(executor, signal);
        const allotment = allotmentOf({ resources: info.resources ?? [] });
        return this.#request(
          executor,
          { command: info.command ?? {}, container: info.container, allotment },
          sandbox,
        );
      },
      report: (task, news) => this.#options.report(executor, task, news),
      onEnded: (status) => this.#close(executor, status),
    });
    executor.run = run;
    return { executor, run };
  }

  async #prepareExecutor(executor: ExecutorRecord, signal: AbortSignal): Promise<string> {
    const sandbox = await this.#makeSandbox(executor);
    await this.#fetch(executor.info?.command, { sandbox, containerId: executor.containerId, signal });
    return sandbox;
  }

  async #fetch(
    command: CommandInfo | undefined,
    to: { readonly sandbox: string; readonly containerId: string; readonly signal: AbortSignal },
  ): Promise<void> {
    const uris = command?.uris ?? [];
    if (uris.length === 0) return;
    await this.#options.workspace?.fetch(uris, to.sandbox, to.signal).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : error;
      throw new Error(`Failed to fetch all URIs for container '${to.containerId}': ${why}`);
    });
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

  #close(executor: ExecutorRecord, status: number): void {
    executor.run = null;
    this.#options.onEnded(executor, status);
  }

  #containerizerFor(container: ContainerInfo | undefined): Containerizer {
    const { containerizers } = this.#options;
    const wanted = container?.type === 'DOCKER' ? 'docker' : 'mesos';
    return (
      containerizers.find(({ name }) => name === wanted || name === 'simulated') ??
      noContainerizer(containerizers)
    );
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
    const { clock, report } = this.#options;
    const { role } = record;
    // The Docker executor of Mesos has health checks but no checks.
    const docker = record.task.container?.type === 'DOCKER';
    const task = docker ? { ...record.task, check: undefined } : record.task;
    const containerId = place.containerId.value;
    return new TaskRun({
      task,
      containerizer: this.#containerizerFor(task.container),
      clock,
      containerId: place.containerId,
      prepare: async (signal) => {
        const sandbox = await place.makeSandbox();
        const volumes = (await this.#options.workspace?.openVolumes(task.resources)) ?? [];
        await this.#fetch(task.command, { sandbox, containerId, signal });
        const work = { taskId: task.task_id.value, role, containerId, command: task.command ?? {}, volumes };
        return this.#request(
          executor,
          { ...work, container: task.container, allotment: allotmentOf(task) },
          sandbox,
        );
      },
      reportsKilling: () => hasCapability(executor.framework, 'TASK_KILLING_STATE'),
      report: (news) => report(executor, record, news),
    });
  }

  #request(
    executor: ExecutorRecord,
    work: Pick<ContainerRequest, 'command' | 'container' | 'allotment'> & Partial<ContainerRequest>,
    sandbox: string,
  ): ContainerRequest {
    const { command } = work;
    const facts = {
      ...this.#options.identity(),
      framework: executor.framework.info,
      executorId: executor.id,
      executor: executor.info,
      sandbox,
      role: work.role ?? executor.role,
      marks: this.#options.marks,
    };
    return {
      containerId: executor.containerId,
      frameworkId: executor.framework.info.id.value,
      taskId: executor.id,
      role: executor.role,
      sandbox,
      environment: this.#options.workspace === null ? {} : taskEnvironment(facts, command),
      taskEnvironment: { ...variablesOf(executor.info?.command), ...variablesOf(command) },
      user: command.user,
      volumes: [],
      ...work,
    };
  }
}

/** An executor that runs, in the books and in fact. */
interface Standing<Run> {
  readonly executor: ExecutorRecord;
  readonly run: Run;
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

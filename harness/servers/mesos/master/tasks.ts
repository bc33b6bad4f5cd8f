import { Resources } from '../allocator/resources.ts';
import { isTerminal } from '../task-states.ts';
import type { ExecutorInfo, TaskInfo, TaskState, TaskStatus } from '../v1.ts';
import type { MasterContext } from './context.ts';
import { type Agent, type Executor, type Framework, keyIn, type Task } from './entities.ts';

/** Books a task that is about to be launched, or that an agent reports to be running. */
export function addTask(
  context: MasterContext,
  parts: {
    readonly framework: Framework;
    readonly agent: Agent;
    readonly info: TaskInfo;
    readonly executorId?: string;
    readonly role: string;
  },
): Task {
  const { framework, agent, info, executorId, role } = parts;
  const user = info.command?.user ?? info.executor?.command?.user ?? framework.info.user;
  const task: Task = {
    info,
    id: info.task_id.value,
    frameworkId: framework.id,
    agentId: agent.id,
    ...(executorId === undefined ? {} : { executorId }),
    role,
    ...(user === '' ? {} : { user }),
    resources: Resources.from(info.resources),
    state: 'TASK_STAGING',
    statuses: [],
    update: null,
  };
  framework.tasks.set(task.id, task);
  agent.tasks.set(keyIn(framework.id, task.id), task);
  context.bus.publish({ kind: 'task-added', task });
  return task;
}

export function addExecutor(agent: Agent, framework: Framework, info: ExecutorInfo, role: string): Executor {
  const id = info.executor_id.value;
  const executor = { info, id, frameworkId: framework.id, role, resources: Resources.from(info.resources) };
  agent.executors.set(keyIn(framework.id, id), executor);
  return executor;
}

/** Takes an executor off the books; what it held is free. */
export function removeExecutor(
  context: MasterContext,
  agent: Agent,
  frameworkId: string,
  executorId: string,
): void {
  const key = keyIn(frameworkId, executorId);
  const executor = agent.executors.get(key);
  if (executor === undefined) return;
  agent.executors.delete(key);
  context.allocator.release(frameworkId, executor.role, agent.id, executor.resources);
}

/**
 * Enters a status into the books. `latest` is the newest state the agent knows. Resources are free as soon as that
 * is a terminal one, whatever has been delivered or acknowledged.
 */
export function updateTask(context: MasterContext, task: Task, status: TaskStatus, latest: TaskState): void {
  const ends = (state: TaskState): boolean => isTerminal(state) || state === 'TASK_UNREACHABLE';
  const endsNow = !ends(task.state) && ends(latest);
  if (!isTerminal(task.state)) task.state = latest;
  const repeated = task.statuses.at(-1)?.state === status.state;
  const { data: _, ...kept } = status;
  if (repeated) task.statuses[task.statuses.length - 1] = kept;
  else task.statuses.push(kept);
  if (!repeated || status.reason?.endsWith('CHECK_STATUS_UPDATED')) {
    context.bus.publish({ kind: 'task-updated', task, status });
  }
  if (!endsNow) return;
  context.allocator.release(task.frameworkId, task.role, task.agentId, task.resources);
  countEnd(context, status);
}

export function countEnd(context: MasterContext, { state, source, reason }: TaskStatus): void {
  if (state === 'TASK_UNREACHABLE') return;
  const name = state.toLowerCase().replace('task_', 'tasks_');
  context.metrics.increment(`master/${name}`);
  if (reason === undefined) return;
  const cause = `${source?.toLowerCase()}/${reason.toLowerCase()}`;
  // The metrics kept the older names: an agent is a slave there.
  context.metrics.increment(`master/${state.toLowerCase()}/${cause.replaceAll('agent', 'slave')}`);
}

/** Takes a task out of the books: among the unreachable ones of its framework, or the completed ones. */
export function removeTask(context: MasterContext, task: Task, to: 'completed' | 'unreachable'): void {
  const framework = context.frameworks.get(task.frameworkId);
  if (!isTerminal(task.state) && task.state !== 'TASK_UNREACHABLE') {
    context.allocator.release(task.frameworkId, task.role, task.agentId, task.resources);
  }
  context.agents.get(task.agentId)?.tasks.delete(keyIn(task.frameworkId, task.id));
  if (framework === undefined) return;
  framework.tasks.delete(task.id);
  if (to === 'unreachable') framework.unreachableTasks.set(task.id, task);
  else complete(context, framework, task);
}

export function complete(context: MasterContext, framework: Framework, task: Task): void {
  framework.completedTasks.set(`${task.id}\n${context.counters.completedTask++}`, task);
}

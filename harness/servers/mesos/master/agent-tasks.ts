import { Resources } from '../allocator/resources.ts';
import type { RunningTask } from '../link.ts';
import { isTerminal } from '../task-states.ts';
import type { MasterContext } from './context.ts';
import { type Agent, type Framework, keyIn, type Task } from './entities.ts';
import { masterStatus, sendUpdate } from './stream.ts';
import { addExecutor, addTask, removeExecutor, removeTask, updateTask } from './tasks.ts';

/** Where an agent that registers again has been: with an earlier master, given up, or only disconnected. */
export type Absence = 'elsewhere' | 'unreachable' | 'disconnected';

/**
 * Compares what an agent says it runs with the books, when it registers again. What it runs is booked; what it does
 * not know any more is lost; tasks that were declared lost while it was away are killed.
 */
export function admitTasks(
  context: MasterContext,
  agent: Agent,
  reported: readonly RunningTask[],
  absence: Absence,
): void {
  const seen = new Set<string>();
  const executors = new Set<string>();
  for (const running of reported) {
    const frameworkId = running.framework.id?.value ?? '';
    const framework = context.frameworks.get(frameworkId);
    if (framework === undefined) {
      agent.end?.send({ kind: 'shutdown-framework', frameworkId });
      continue;
    }
    const key = keyIn(frameworkId, running.task.task_id.value);
    seen.add(key);
    if (agent.pendingKills.has(key)) {
      agent.end?.send({ kind: 'kill', frameworkId, taskId: running.task.task_id.value });
    }
    if (running.executor !== undefined) executors.add(keyIn(frameworkId, running.executor.executor_id.value));
    const givenUp = absence === 'unreachable' && !framework.capabilities.has('PARTITION_AWARE');
    if (givenUp || (absence === 'disconnected' && !agent.tasks.has(key))) {
      if (!isTerminal(running.latest.state)) {
        agent.end?.send({ kind: 'kill', frameworkId, taskId: running.task.task_id.value });
      }
      continue;
    }
    admit(context, agent, framework, running);
  }
  agent.pendingKills.clear();
  for (const [key, task] of [...agent.tasks]) if (!seen.has(key)) lose(context, agent, task);
  for (const [key, executor] of [...agent.executors]) {
    if (!executors.has(key)) removeExecutor(context, agent, executor.frameworkId, executor.id);
  }
}

function admit(context: MasterContext, agent: Agent, framework: Framework, running: RunningTask): void {
  const { task: info, executor, role, latest } = running;
  const id = info.task_id.value;
  if (executor !== undefined && !agent.executors.has(keyIn(framework.id, executor.executor_id.value))) {
    const booked = addExecutor(agent, framework, executor, role);
    context.allocator.charge(framework.id, role, agent.id, booked.resources);
  }
  const known = agent.tasks.get(keyIn(framework.id, id));
  if (known !== undefined) {
    if (known.state !== latest.state && !isTerminal(known.state))
      updateTask(context, known, latest, latest.state);
    return;
  }
  const executorId = executor?.executor_id.value;
  const wasLost = framework.unreachableTasks.delete(id);
  const task = addTask(context, {
    framework,
    agent,
    info,
    role,
    ...(executorId === undefined ? {} : { executorId }),
  });
  task.state = latest.state;
  task.statuses.push(latest);
  if (!isTerminal(task.state))
    context.allocator.charge(framework.id, role, agent.id, Resources.from(info.resources));
  if (!wasLost) return;
  const status = masterStatus(context, {
    taskId: id,
    state: task.state,
    reason: 'REASON_AGENT_REREGISTERED',
    message: 'Unreachable agent re-reregistered',
    agentId: agent.id,
    ...(executorId === undefined ? {} : { executorId }),
  });
  sendUpdate(framework, status);
}

/** The agent forgot the task, as after a restart that it did not survive. */
function lose(context: MasterContext, agent: Agent, task: Task): void {
  const framework = context.frameworks.get(task.frameworkId);
  if (isTerminal(task.state)) {
    removeTask(context, task, 'completed');
    return;
  }
  const aware = framework?.capabilities.has('PARTITION_AWARE') ?? false;
  const status = masterStatus(context, {
    taskId: task.id,
    state: aware ? 'TASK_GONE' : 'TASK_LOST',
    reason: 'REASON_RECONCILIATION',
    message: 'Reconciliation: Task is unknown to the agent',
    agentId: agent.id,
    ...(task.executorId === undefined ? {} : { executorId: task.executorId }),
  });
  updateTask(context, task, status, status.state);
  removeTask(context, task, 'completed');
  if (framework !== undefined) sendUpdate(framework, status);
}

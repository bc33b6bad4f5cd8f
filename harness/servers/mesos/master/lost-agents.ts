import { isTerminal } from '../task-states.ts';
import type { TaskStatus } from '../v1.ts';
import type { MasterContext } from './context.ts';
import type { Agent, Task } from './entities.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { rescindOffer } from './offers.ts';
import { masterStatus, sendTo, sendUpdate } from './stream.ts';
import { removeExecutor, removeTask, updateTask } from './tasks.ts';

/** Gives an agent up. Its tasks are unreachable, or lost to frameworks that know no such state. */
export function markUnreachable(context: MasterContext, agent: Agent, cause: string): void {
  const sinceNs = context.clock.now() * 1e6;
  context.registry.update(({ agents, unreachable }) => {
    const kept = agents.get(agent.id) ?? { id: agent.id, hostname: agent.description.hostname };
    agents.delete(agent.id);
    unreachable.set(agent.id, { ...kept, sinceNs });
  });
  context.metrics.increment('master/slave_unreachable_completed');
  const message = `Agent ${agent.description.hostname} is unreachable: ${cause}`;
  dropAgent(context, agent, (task, aware) => ({
    to: 'unreachable',
    status: statusOf(context, task, {
      state: aware ? 'TASK_UNREACHABLE' : 'TASK_LOST',
      reason: 'REASON_AGENT_REMOVED',
      message,
      unreachable_time: { nanoseconds: sinceNs },
    }),
  }));
}

/** The operator says that an agent will never be back. */
export function markGone(context: MasterContext, agentId: string): void {
  const sinceNs = context.clock.now() * 1e6;
  context.registry.update(({ agents, unreachable, gone }) => {
    agents.delete(agentId);
    unreachable.delete(agentId);
    gone.set(agentId, { sinceNs });
  });
  context.recoveredAgents.delete(agentId);
  const agent = context.agents.get(agentId);
  if (agent === undefined) return;
  agent.end?.send({ kind: 'shutdown', message: 'Agent has been marked gone' });
  dropAgent(context, agent, (task, aware) => ({
    to: aware ? 'completed' : 'unreachable',
    status: statusOf(context, task, {
      state: aware ? 'TASK_GONE_BY_OPERATOR' : 'TASK_LOST',
      reason: aware ? 'REASON_AGENT_REMOVED_BY_OPERATOR' : 'REASON_AGENT_REMOVED',
      message: 'Agent has been marked gone',
    }),
  }));
}

/** The agent's machine was taken down: it is unknown from now on. */
export function removeAgent(context: MasterContext, agent: Agent, cause: string): void {
  context.registry.update(({ agents }) => agents.delete(agent.id));
  agent.end?.send({ kind: 'shutdown', message: cause });
  dropAgent(context, agent, (task) => ({
    to: 'completed',
    status: statusOf(context, task, {
      state: 'TASK_LOST',
      reason: 'REASON_AGENT_REMOVED',
      message: `Agent ${agent.description.hostname} removed: ${cause}`,
    }),
  }));
}

/** An agent that disconnects may be restarting; only tasks of frameworks with checkpoints survive that. */
export function loseTasksWithoutCheckpoint(context: MasterContext, agent: Agent): void {
  const doomed = new Set<string>();
  for (const { frameworkId } of agent.tasks.values()) doomed.add(frameworkId);
  for (const { frameworkId } of agent.executors.values()) doomed.add(frameworkId);
  for (const frameworkId of doomed) {
    const framework = context.frameworks.get(frameworkId);
    if (framework === undefined || framework.info.checkpoint === true) continue;
    for (const task of [...agent.tasks.values()]) {
      if (task.frameworkId !== frameworkId) continue;
      end(
        context,
        task,
        'completed',
        statusOf(context, task, {
          state: 'TASK_LOST',
          reason: 'REASON_AGENT_DISCONNECTED',
          message: `Agent ${agent.description.hostname} disconnected`,
        }),
      );
    }
    for (const executor of [...agent.executors.values()]) {
      if (executor.frameworkId === frameworkId) removeExecutor(context, agent, frameworkId, executor.id);
    }
  }
}

interface Fate {
  readonly to: 'completed' | 'unreachable';
  readonly status: TaskStatus;
}

function dropAgent(context: MasterContext, agent: Agent, fateOf: (task: Task, aware: boolean) => Fate): void {
  agent.pingTimer?.cancel();
  agent.reregisterTimer?.cancel();
  for (const task of [...agent.tasks.values()]) {
    const aware = context.frameworks.get(task.frameworkId)?.capabilities.has('PARTITION_AWARE') ?? false;
    const { to, status } = fateOf(task, aware);
    end(context, task, to, status);
  }
  for (const { frameworkId, id } of [...agent.executors.values()])
    removeExecutor(context, agent, frameworkId, id);
  for (const offer of [...agent.offers]) rescindOffer(context, offer);
  rescindInverseOffers(context, ({ agentId }) => agentId === agent.id);
  context.allocator.removeAgent(agent.id);
  context.agents.delete(agent.id);
  const wire = agent.end;
  agent.end = null;
  wire?.close();
  context.metrics.increment('master/slave_removals');
  context.info(`Removed agent ${agent.id} (${agent.description.hostname})`);
  for (const framework of context.frameworks.values()) {
    sendTo(framework, { type: 'FAILURE', failure: { agent_id: { value: agent.id } } });
  }
  context.bus.publish({ kind: 'agent-removed', agentId: agent.id });
}

function end(context: MasterContext, task: Task, to: Fate['to'], status: TaskStatus): void {
  const alreadyEnded = isTerminal(task.state);
  if (!alreadyEnded) updateTask(context, task, status, status.state);
  removeTask(context, task, alreadyEnded ? 'completed' : to);
  const framework = context.frameworks.get(task.frameworkId);
  if (framework !== undefined && !alreadyEnded) sendUpdate(framework, status);
}

function statusOf(
  context: MasterContext,
  task: Task,
  parts: Pick<TaskStatus, 'state' | 'reason' | 'message' | 'unreachable_time'>,
): TaskStatus {
  const { state, reason, message, unreachable_time } = parts;
  return masterStatus(context, {
    taskId: task.id,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    agentId: task.agentId,
    ...(task.executorId === undefined ? {} : { executorId: task.executorId }),
    ...(unreachable_time === undefined ? {} : { more: { unreachable_time } }),
  });
}

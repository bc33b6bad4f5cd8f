import type { TaskStatus } from '../v1.ts';
import type { ReconcileTask } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import { deliveredState, type Framework, type Task } from './entities.ts';
import { type MasterStatus, masterStatus, sendUpdate } from './stream.ts';

/** Tells a framework where its tasks stand: those it asks about, or all of them when it names none. */
export function reconcile(
  context: MasterContext,
  framework: Framework,
  asked: readonly ReconcileTask[],
): void {
  context.metrics.increment('master/messages_reconcile_tasks');
  if (asked.length === 0) {
    for (const task of framework.tasks.values()) sendUpdate(framework, knownStatus(context, task));
    return;
  }
  for (const { task_id, agent_id } of asked) {
    const task = framework.tasks.get(task_id.value);
    const status =
      task === undefined
        ? unknownStatus(context, framework, task_id.value, agent_id?.value)
        : knownStatus(context, task);
    if (status !== null) sendUpdate(framework, status);
  }
}

function knownStatus(context: MasterContext, task: Task): TaskStatus {
  const last = task.statuses.at(-1);
  const { healthy, check_status, container_status } = last ?? {};
  return masterStatus(context, {
    taskId: task.id,
    state: deliveredState(task),
    reason: 'REASON_RECONCILIATION',
    message: 'Reconciliation: Latest task state',
    agentId: task.agentId,
    ...(task.executorId === undefined ? {} : { executorId: task.executorId }),
    more: {
      ...(healthy === undefined ? {} : { healthy }),
      ...(check_status === undefined ? {} : { check_status }),
      ...(container_status === undefined ? {} : { container_status }),
    },
  });
}

/** Null while an agent that may run the task has not come back to this master. */
function unknownStatus(
  context: MasterContext,
  framework: Framework,
  taskId: string,
  agentId: string | undefined,
): TaskStatus | null {
  const recovering =
    agentId === undefined ? context.recoveredAgents.size > 0 : context.recoveredAgents.has(agentId);
  if (recovering) return null;
  const answer = (parts: Pick<MasterStatus, 'state' | 'message' | 'more'>): TaskStatus =>
    masterStatus(context, {
      taskId,
      reason: 'REASON_RECONCILIATION',
      ...(agentId === undefined ? {} : { agentId }),
      ...parts,
      state: framework.capabilities.has('PARTITION_AWARE') ? parts.state : 'TASK_LOST',
    });
  if (agentId !== undefined && context.agents.has(agentId)) {
    return answer({ state: 'TASK_GONE', message: 'Reconciliation: Task is unknown to the agent' });
  }
  const unreachable = agentId === undefined ? undefined : context.registry.state.unreachable.get(agentId);
  if (unreachable !== undefined) {
    return answer({
      state: 'TASK_UNREACHABLE',
      message: 'Reconciliation: Task is unreachable',
      more: { unreachable_time: { nanoseconds: unreachable.sinceNs } },
    });
  }
  if (agentId !== undefined && context.registry.state.gone.has(agentId)) {
    return answer({ state: 'TASK_GONE_BY_OPERATOR', message: 'Reconciliation: Task is gone' });
  }
  return answer({ state: 'TASK_UNKNOWN', message: 'Reconciliation: Task is unknown' });
}

import type { ExecutorMessage, Kill } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import { type Framework, keyIn } from './entities.ts';
import { reconcile } from './reconcile.ts';

/** Passes a kill on. A task nobody knows is answered as a reconciliation would; a wrong agent id is ignored. */
export function kill(context: MasterContext, framework: Framework, call: Kill): void {
  context.metrics.increment('master/messages_kill_task');
  const task = framework.tasks.get(call.task_id.value);
  if (task === undefined) {
    reconcile(context, framework, [call]);
    return;
  }
  if (call.agent_id !== undefined && call.agent_id.value !== task.agentId) return;
  const agent = context.agents.get(task.agentId);
  if (agent?.end === null) agent.pendingKills.add(keyIn(framework.id, task.id));
  agent?.end?.send({
    kind: 'kill',
    frameworkId: framework.id,
    taskId: task.id,
    ...(call.kill_policy === undefined ? {} : { policy: call.kill_policy }),
  });
}

export function shutdownExecutor(
  context: MasterContext,
  framework: Framework,
  call: { readonly executor_id: { readonly value: string }; readonly agent_id: { readonly value: string } },
): void {
  context.metrics.increment('master/messages_kill_executor');
  context.agents.get(call.agent_id.value)?.end?.send({
    kind: 'shutdown-executor',
    frameworkId: framework.id,
    executorId: call.executor_id.value,
  });
}

/** Bytes for an executor, delivered if it is there and forgotten if it is not. */
export function messageExecutor(context: MasterContext, framework: Framework, call: ExecutorMessage): void {
  context.metrics.increment('master/messages_framework_to_executor');
  context.agents.get(call.agent_id.value)?.end?.send({
    kind: 'framework-message',
    frameworkId: framework.id,
    executorId: call.executor_id.value,
    data: call.data,
  });
}

import { isTerminal } from '../task-states.ts';
import type { TaskState, TaskStatus } from '../v1.ts';
import type { Acknowledge } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import { checkDrained } from './drain.ts';
import { type Agent, type Framework, keyIn } from './entities.ts';
import { sendTo, sendUpdate } from './stream.ts';
import { removeExecutor, removeTask, updateTask } from './tasks.ts';

/** Passes an agent's update on to its framework, and enters it into the books. */
export function receiveUpdate(
  context: MasterContext,
  agent: Agent,
  update: { readonly frameworkId: string; readonly status: TaskStatus; readonly latest: TaskState },
): void {
  const { frameworkId } = update;
  context.metrics.increment('master/messages_status_update');
  const framework = context.frameworks.get(frameworkId);
  const { status, latest } = beforeGoing(agent, framework, update);
  const delivered = framework !== undefined && sendUpdate(framework, status);
  const task = agent.tasks.get(keyIn(frameworkId, status.task_id.value));
  context.metrics.increment(
    delivered && task !== undefined ? 'master/valid_status_updates' : 'master/invalid_status_updates',
  );
  if (task === undefined) return;
  if (status.uuid !== undefined) task.update = { state: status.state, uuid: status.uuid };
  updateTask(context, task, status, latest);
}

/** An agent that is drained to be marked gone takes its tasks with it, and frameworks that can tell are told so. */
function beforeGoing(
  agent: Agent,
  framework: Framework | undefined,
  update: { readonly status: TaskStatus; readonly latest: TaskState },
): { readonly status: TaskStatus; readonly latest: TaskState } {
  const leaves = agent.drain?.markGone === true && isTerminal(update.latest);
  if (!leaves || framework?.capabilities.has('PARTITION_AWARE') !== true) return update;
  const state = 'TASK_GONE_BY_OPERATOR';
  return {
    status: isTerminal(update.status.state) ? { ...update.status, state } : update.status,
    latest: state,
  };
}

/** Passes a framework's acknowledgement on; a task whose end is acknowledged is complete. */
export function acknowledge(context: MasterContext, framework: Framework, call: Acknowledge): void {
  context.metrics.increment('master/messages_status_update_acknowledgement');
  const taskId = call.task_id.value;
  const agent = context.agents.get(call.agent_id.value);
  const task = agent?.tasks.get(keyIn(framework.id, taskId));
  if (agent?.end == null || (task !== undefined && task.update === null)) {
    context.metrics.increment('master/invalid_status_update_acknowledgements');
    return;
  }
  if (task?.update != null && isTerminal(task.update.state) && sameBytes(task.update.uuid, call.uuid)) {
    removeTask(context, task, 'completed');
  }
  agent.end.send({ kind: 'acknowledge', frameworkId: framework.id, taskId, uuid: call.uuid });
  context.metrics.increment('master/valid_status_update_acknowledgements');
  checkDrained(context, agent);
}

function sameBytes(a: string, b: string): boolean {
  return a === b || Buffer.from(a, 'base64').equals(Buffer.from(b, 'base64'));
}

/** An executor ended: what it held is free; the end of its tasks comes as updates of their own. */
export function executorExited(
  context: MasterContext,
  agent: Agent,
  exit: { readonly frameworkId: string; readonly executorId: string; readonly status: number },
): void {
  const { frameworkId, executorId, status } = exit;
  if (!agent.executors.has(keyIn(frameworkId, executorId))) return;
  removeExecutor(context, agent, frameworkId, executorId);
  checkDrained(context, agent);
  const framework = context.frameworks.get(frameworkId);
  if (framework === undefined) return;
  sendTo(framework, {
    type: 'FAILURE',
    failure: { agent_id: { value: agent.id }, executor_id: { value: executorId }, status },
  });
}

import type { SchedulerEvent, TaskStatus } from '../v1.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './entities.ts';

/** Sends an event if the framework is connected; says whether it was. */
export function sendTo(framework: Framework, event: SchedulerEvent): boolean {
  if (framework.connection === null) return false;
  framework.connection.sink.send(event);
  return true;
}

export function sendUpdate(framework: Framework, status: TaskStatus): boolean {
  return sendTo(framework, { type: 'UPDATE', update: { status } });
}

export interface MasterStatus {
  readonly taskId: string;
  readonly state: TaskStatus['state'];
  readonly reason?: string;
  readonly message?: string;
  readonly agentId?: string;
  readonly executorId?: string;
  readonly more?: Partial<TaskStatus>;
}

/** A status of the master's own making: no uuid, for it must not be acknowledged. */
export function masterStatus(context: MasterContext, parts: MasterStatus): TaskStatus {
  return {
    task_id: { value: parts.taskId },
    state: parts.state,
    ...(parts.message === undefined ? {} : { message: parts.message }),
    source: 'SOURCE_MASTER',
    ...(parts.reason === undefined ? {} : { reason: parts.reason }),
    ...(parts.agentId === undefined ? {} : { agent_id: { value: parts.agentId } }),
    ...(parts.executorId === undefined ? {} : { executor_id: { value: parts.executorId } }),
    timestamp: context.nowSeconds,
    ...parts.more,
  };
}

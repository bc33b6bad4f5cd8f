import type { TaskStatus } from '../../mesos/v1.ts';
import type { TaskFailure } from '../store/records.ts';
import { type Instance, timestamp } from './instance.ts';

const failureStates: ReadonlySet<TaskStatus['state']> = new Set([
  'TASK_FAILED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_UNKNOWN',
]);

/** What `lastTaskFailure` says after a status; undefined when that was no failure. */
export function failureOf(
  instance: Instance,
  status: TaskStatus | undefined,
  now: number,
): TaskFailure | undefined {
  if (status === undefined) return undefined;
  if (failureStates.has(status.state)) return failure(instance, status.state, status.message ?? '', now);
  // The executor ended the task because its own check failed; one that we take away may be unhealthy as well.
  if (status.state === 'TASK_KILLED' && status.healthy === false && instance.goal === 'Running') {
    return failureByHealth(instance, status.message ?? '', now);
  }
  return undefined;
}

/** The task is about to be killed because its health checks failed. */
export function failureByHealth(instance: Instance, cause: string, now: number): TaskFailure {
  return failure(instance, 'TASK_KILLED', `Task was killed since health check failed. Reason: ${cause}`, now);
}

function failure(instance: Instance, state: string, message: string, now: number): TaskFailure {
  const { appId, host, taskId, version, agentId } = instance;
  return {
    appId,
    host: host ?? '',
    message,
    state,
    taskId: taskId ?? '',
    timestamp: timestamp(now),
    version,
    ...(agentId === undefined ? {} : { slaveId: agentId }),
  };
}

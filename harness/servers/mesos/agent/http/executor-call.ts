import { taskStates } from '../../task-states.ts';
import type { TaskStatus, Value } from '../../v1.ts';
import { id, labels } from '../../wire/messages.ts';
import { message, oneOf, optional, required } from '../../wire/schema.ts';

/** What a framework's own executor says to its agent. */
export interface ExecutorCall {
  readonly type?: 'UNKNOWN' | 'SUBSCRIBE' | 'UPDATE' | 'MESSAGE' | 'HEARTBEAT';
  readonly framework_id: Value<string>;
  readonly executor_id: Value<string>;
  readonly subscribe?: Readonly<Record<string, unknown>>;
  readonly update?: { readonly status: TaskStatus };
  /** Base64. */
  readonly message?: { readonly data: string };
}

const checkStatus = message<NonNullable<TaskStatus['check_status']>>('CheckStatusInfo', {
  type: required(oneOf('COMMAND', 'HTTP', 'TCP')),
  command: optional(message<{ exit_code?: number }>('Command', { exit_code: optional('int') })),
  http: optional(message<{ status_code?: number }>('Http', { status_code: optional('int') })),
  tcp: optional(message<{ succeeded?: boolean }>('Tcp', { succeeded: optional('bool') })),
});

const taskStatus = message<TaskStatus>('TaskStatus', {
  task_id: required(id),
  state: required(oneOf(...taskStates)),
  source: optional(oneOf('SOURCE_MASTER', 'SOURCE_AGENT', 'SOURCE_EXECUTOR')),
  reason: optional('string'),
  message: optional('string'),
  agent_id: optional(id),
  executor_id: optional(id),
  timestamp: optional('double'),
  uuid: optional('bytes'),
  healthy: optional('bool'),
  check_status: optional(checkStatus),
  container_status: optional('object'),
  data: optional('bytes'),
  labels: optional(labels),
  limitation: optional('object'),
  unreachable_time: optional('object'),
});

export const executorCall = message<ExecutorCall>('Call', {
  type: optional(oneOf('UNKNOWN', 'SUBSCRIBE', 'UPDATE', 'MESSAGE', 'HEARTBEAT')),
  framework_id: required(id),
  executor_id: required(id),
  subscribe: optional('object'),
  update: optional(message<{ status: TaskStatus }>('Update', { status: required(taskStatus) })),
  message: optional(message<{ data: string }>('Message', { data: required('bytes') })),
});

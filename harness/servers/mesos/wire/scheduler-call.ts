import type { ExecutorInfo, Filters, FrameworkInfo, KillPolicy, Resource, TaskInfo, Value } from '../v1.ts';
import { executorInfo, filters, frameworkInfo, id, killPolicy, resource, taskInfo } from './messages.ts';
import { message, oneOf, optional, repeated, required } from './schema.ts';

/** One step of an ACCEPT. Lists without members are absent. */
export interface Operation {
  readonly type?: OperationType;
  readonly id?: Value<string>;
  readonly launch?: { readonly task_infos?: readonly TaskInfo[] };
  readonly launch_group?: {
    readonly executor: ExecutorInfo;
    readonly task_group: { readonly tasks?: readonly TaskInfo[] };
  };
  readonly reserve?: { readonly source?: readonly Resource[]; readonly resources?: readonly Resource[] };
  readonly unreserve?: { readonly resources?: readonly Resource[] };
  readonly create?: { readonly volumes?: readonly Resource[] };
  readonly destroy?: { readonly volumes?: readonly Resource[] };
}

const operationTypes = [
  'UNKNOWN',
  'LAUNCH',
  'LAUNCH_GROUP',
  'RESERVE',
  'UNRESERVE',
  'CREATE',
  'DESTROY',
  'GROW_VOLUME',
  'SHRINK_VOLUME',
  'CREATE_DISK',
  'DESTROY_DISK',
] as const;
export type OperationType = (typeof operationTypes)[number];

const callTypes = [
  'UNKNOWN',
  'SUBSCRIBE',
  'TEARDOWN',
  'ACCEPT',
  'DECLINE',
  'ACCEPT_INVERSE_OFFERS',
  'DECLINE_INVERSE_OFFERS',
  'REVIVE',
  'KILL',
  'SHUTDOWN',
  'ACKNOWLEDGE',
  'ACKNOWLEDGE_OPERATION_STATUS',
  'RECONCILE',
  'RECONCILE_OPERATIONS',
  'MESSAGE',
  'REQUEST',
  'SUPPRESS',
  'UPDATE_FRAMEWORK',
] as const;
export type SchedulerCallType = (typeof callTypes)[number];

export interface Subscribe {
  readonly framework_info: FrameworkInfo;
  readonly suppressed_roles?: readonly string[];
}

export interface Accept {
  readonly offer_ids?: readonly Value<string>[];
  readonly operations?: readonly Operation[];
  readonly filters?: Filters;
}

export interface Decline {
  readonly offer_ids?: readonly Value<string>[];
  readonly filters?: Filters;
}

export interface Kill {
  readonly task_id: Value<string>;
  readonly agent_id?: Value<string>;
  readonly kill_policy?: KillPolicy;
}

export interface Acknowledge {
  readonly agent_id: Value<string>;
  readonly task_id: Value<string>;
  /** Base64 of 16 bytes. */
  readonly uuid: string;
}

export interface ReconcileTask {
  readonly task_id: Value<string>;
  readonly agent_id?: Value<string>;
}

export interface ExecutorMessage {
  readonly agent_id: Value<string>;
  readonly executor_id: Value<string>;
  readonly data: string;
}

export interface ReconcileOperation {
  readonly operation_id: Value<string>;
  readonly agent_id?: Value<string>;
}

export interface InverseOfferAnswer {
  readonly inverse_offer_ids?: readonly Value<string>[];
  readonly filters?: Filters;
}

/** A scheduler's call as it arrives: any body may be missing whatever the type. */
export interface SchedulerCall {
  readonly framework_id?: Value<string>;
  readonly type?: SchedulerCallType;
  readonly subscribe?: Subscribe;
  readonly accept?: Accept;
  readonly decline?: Decline;
  readonly accept_inverse_offers?: InverseOfferAnswer;
  readonly decline_inverse_offers?: InverseOfferAnswer;
  readonly revive?: { readonly roles?: readonly string[] };
  readonly suppress?: { readonly roles?: readonly string[] };
  readonly kill?: Kill;
  readonly shutdown?: { readonly executor_id: Value<string>; readonly agent_id: Value<string> };
  readonly acknowledge?: Acknowledge;
  readonly acknowledge_operation_status?: {
    readonly agent_id?: Value<string>;
    readonly uuid: string;
    readonly operation_id: Value<string>;
  };
  readonly reconcile?: { readonly tasks?: readonly ReconcileTask[] };
  readonly reconcile_operations?: { readonly operations?: readonly ReconcileOperation[] };
  readonly message?: ExecutorMessage;
  readonly request?: Record<string, unknown>;
  readonly update_framework?: Subscribe;
}

type Body<K extends keyof SchedulerCall> = NonNullable<SchedulerCall[K]>;
type OperationBody<K extends keyof Operation> = NonNullable<Operation[K]>;

const resources = repeated(resource);

const operation = message<Operation>('Operation', {
  type: optional(oneOf(...operationTypes)),
  id: optional(id),
  launch: optional(message<OperationBody<'launch'>>('Launch', { task_infos: repeated(taskInfo) })),
  launch_group: optional(
    message<OperationBody<'launch_group'>>('LaunchGroup', {
      executor: required(executorInfo),
      task_group: required(
        message<OperationBody<'launch_group'>['task_group']>('TaskGroupInfo', { tasks: repeated(taskInfo) }),
      ),
    }),
  ),
  reserve: optional(message<OperationBody<'reserve'>>('Reserve', { source: resources, resources })),
  unreserve: optional(message<OperationBody<'unreserve'>>('Unreserve', { resources })),
  create: optional(message<OperationBody<'create'>>('Create', { volumes: resources })),
  destroy: optional(message<OperationBody<'destroy'>>('Destroy', { volumes: resources })),
});

const subscribe = message<Subscribe>('Subscribe', {
  framework_info: required(frameworkInfo),
  suppressed_roles: repeated('string'),
});

const inverseOffers = message<InverseOfferAnswer>('AcceptInverseOffers', {
  inverse_offer_ids: repeated(id),
  filters: optional(filters),
});

const roles = message<Body<'revive'>>('Roles', { roles: repeated('string') });

export const schedulerCall = message<SchedulerCall>('Call', {
  framework_id: optional(id),
  type: optional(oneOf(...callTypes)),
  subscribe: optional(subscribe),
  accept: optional(
    message<Accept>('Accept', {
      offer_ids: repeated(id),
      operations: repeated(operation),
      filters: optional(filters),
    }),
  ),
  decline: optional(message<Decline>('Decline', { offer_ids: repeated(id), filters: optional(filters) })),
  accept_inverse_offers: optional(inverseOffers),
  decline_inverse_offers: optional(inverseOffers),
  revive: optional(roles),
  suppress: optional(roles),
  kill: optional(
    message<Kill>('Kill', {
      task_id: required(id),
      agent_id: optional(id),
      kill_policy: optional(killPolicy),
    }),
  ),
  shutdown: optional(
    message<Body<'shutdown'>>('Shutdown', { executor_id: required(id), agent_id: required(id) }),
  ),
  acknowledge: optional(
    message<Acknowledge>('Acknowledge', {
      agent_id: required(id),
      task_id: required(id),
      uuid: required('bytes'),
    }),
  ),
  acknowledge_operation_status: optional(
    message<Body<'acknowledge_operation_status'>>('AcknowledgeOperationStatus', {
      agent_id: optional(id),
      uuid: required('bytes'),
      operation_id: required(id),
    }),
  ),
  reconcile: optional(
    message<Body<'reconcile'>>('Reconcile', {
      tasks: repeated(message<ReconcileTask>('Task', { task_id: required(id), agent_id: optional(id) })),
    }),
  ),
  reconcile_operations: optional(
    message<Body<'reconcile_operations'>>('ReconcileOperations', {
      operations: repeated(
        message<ReconcileOperation>('Operation', { operation_id: required(id), agent_id: optional(id) }),
      ),
    }),
  ),
  message: optional(
    message<ExecutorMessage>('Message', {
      agent_id: required(id),
      executor_id: required(id),
      data: required('bytes'),
    }),
  ),
  request: optional('object'),
  update_framework: optional(subscribe),
});

import type { DurationInfo, Resource, Value } from '../v1.ts';
import { duration, id, resource, scalar } from './messages.ts';
import { map, message, oneOf, optional, repeated, required } from './schema.ts';

const callTypes = [
  'UNKNOWN',
  'GET_HEALTH',
  'GET_FLAGS',
  'GET_VERSION',
  'GET_METRICS',
  'GET_LOGGING_LEVEL',
  'SET_LOGGING_LEVEL',
  'LIST_FILES',
  'READ_FILE',
  'GET_STATE',
  'GET_AGENTS',
  'GET_FRAMEWORKS',
  'GET_EXECUTORS',
  'GET_OPERATIONS',
  'GET_TASKS',
  'GET_ROLES',
  'GET_WEIGHTS',
  'UPDATE_WEIGHTS',
  'GET_MASTER',
  'SUBSCRIBE',
  'RESERVE_RESOURCES',
  'UNRESERVE_RESOURCES',
  'CREATE_VOLUMES',
  'DESTROY_VOLUMES',
  'GROW_VOLUME',
  'SHRINK_VOLUME',
  'GET_MAINTENANCE_STATUS',
  'GET_MAINTENANCE_SCHEDULE',
  'UPDATE_MAINTENANCE_SCHEDULE',
  'START_MAINTENANCE',
  'STOP_MAINTENANCE',
  'DRAIN_AGENT',
  'DEACTIVATE_AGENT',
  'REACTIVATE_AGENT',
  'GET_QUOTA',
  'UPDATE_QUOTA',
  'SET_QUOTA',
  'REMOVE_QUOTA',
  'TEARDOWN',
  'MARK_AGENT_GONE',
] as const;
export type OperatorCallType = (typeof callTypes)[number];

export interface WeightInfo {
  readonly role?: string;
  readonly weight: number;
}

export interface QuotaConfig {
  readonly role: string;
  readonly guarantees?: Readonly<Record<string, Value<number>>>;
  readonly limits?: Readonly<Record<string, Value<number>>>;
}

export interface QuotaRequest {
  readonly force?: boolean;
  readonly role?: string;
  readonly guarantee?: readonly Resource[];
}

export interface MachineId {
  readonly hostname?: string;
  readonly ip?: string;
}

export interface Schedule {
  readonly windows?: readonly {
    readonly machine_ids?: readonly MachineId[];
    readonly unavailability: { readonly start: DurationInfo; readonly duration?: DurationInfo };
  }[];
}

export interface AgentResources {
  readonly agent_id: Value<string>;
  readonly resources?: readonly Resource[];
}

export interface AgentVolumes {
  readonly agent_id: Value<string>;
  readonly volumes?: readonly Resource[];
}

interface OfAgent {
  readonly agent_id: Value<string>;
}

/** An operator's call as it arrives: any body may be missing whatever the type. */
export interface OperatorCall {
  readonly type?: OperatorCallType;
  readonly get_metrics?: { readonly timeout?: DurationInfo };
  readonly set_logging_level?: { readonly level: number; readonly duration: DurationInfo };
  readonly list_files?: { readonly path: string };
  readonly read_file?: { readonly path: string; readonly offset: number; readonly length?: number };
  readonly update_weights?: { readonly weight_infos?: readonly WeightInfo[] };
  readonly reserve_resources?: AgentResources;
  readonly unreserve_resources?: AgentResources;
  readonly create_volumes?: AgentVolumes;
  readonly destroy_volumes?: AgentVolumes;
  readonly grow_volume?: Record<string, unknown>;
  readonly shrink_volume?: Record<string, unknown>;
  readonly update_maintenance_schedule?: { readonly schedule: Schedule };
  readonly start_maintenance?: { readonly machines?: readonly MachineId[] };
  readonly stop_maintenance?: { readonly machines?: readonly MachineId[] };
  readonly drain_agent?: OfAgent & {
    readonly max_grace_period?: { readonly seconds?: number; readonly nanos?: number };
    readonly mark_gone?: boolean;
  };
  readonly deactivate_agent?: OfAgent;
  readonly reactivate_agent?: OfAgent;
  readonly update_quota?: { readonly force?: boolean; readonly quota_configs?: readonly QuotaConfig[] };
  readonly set_quota?: { readonly quota_request: QuotaRequest };
  readonly remove_quota?: { readonly role: string };
  readonly teardown?: { readonly framework_id: Value<string> };
  readonly mark_agent_gone?: OfAgent;
}

type Body<K extends keyof OperatorCall> = NonNullable<OperatorCall[K]>;

export const weightInfo = message<WeightInfo>('WeightInfo', {
  role: optional('string'),
  weight: required('double'),
});

const quotaConfig = message<QuotaConfig>('QuotaConfig', {
  role: required('string'),
  guarantees: map(scalar),
  limits: map(scalar),
});

export const quotaRequest = message<QuotaRequest>('QuotaRequest', {
  force: optional('bool'),
  role: optional('string'),
  guarantee: repeated(resource),
});

export const machineId = message<MachineId>('MachineID', {
  hostname: optional('string'),
  ip: optional('string'),
});

type Window = NonNullable<Schedule['windows']>[number];

export const schedule = message<Schedule>('Schedule', {
  windows: repeated(
    message<Window>('Window', {
      machine_ids: repeated(machineId),
      unavailability: required(
        message<Window['unavailability']>('Unavailability', {
          start: required(duration),
          duration: optional(duration),
        }),
      ),
    }),
  ),
});

export const agentResources = message<AgentResources>('ReserveResources', {
  agent_id: required(id),
  resources: repeated(resource),
});

export const agentVolumes = message<AgentVolumes>('CreateVolumes', {
  agent_id: required(id),
  volumes: repeated(resource),
});

const ofAgent = message<OfAgent>('AgentCall', { agent_id: required(id) });
const machines = message<Body<'start_maintenance'>>('Maintenance', { machines: repeated(machineId) });

export const operatorCall = message<OperatorCall>('Call', {
  type: optional(oneOf(...callTypes)),
  get_metrics: optional(message<Body<'get_metrics'>>('GetMetrics', { timeout: optional(duration) })),
  set_logging_level: optional(
    message<Body<'set_logging_level'>>('SetLoggingLevel', {
      level: required('int'),
      duration: required(duration),
    }),
  ),
  list_files: optional(message<Body<'list_files'>>('ListFiles', { path: required('string') })),
  read_file: optional(
    message<Body<'read_file'>>('ReadFile', {
      path: required('string'),
      offset: required('int'),
      length: optional('int'),
    }),
  ),
  update_weights: optional(
    message<Body<'update_weights'>>('UpdateWeights', { weight_infos: repeated(weightInfo) }),
  ),
  reserve_resources: optional(agentResources),
  unreserve_resources: optional(agentResources),
  create_volumes: optional(agentVolumes),
  destroy_volumes: optional(agentVolumes),
  grow_volume: optional('object'),
  shrink_volume: optional('object'),
  update_maintenance_schedule: optional(
    message<Body<'update_maintenance_schedule'>>('UpdateMaintenanceSchedule', {
      schedule: required(schedule),
    }),
  ),
  start_maintenance: optional(machines),
  stop_maintenance: optional(machines),
  drain_agent: optional(
    message<Body<'drain_agent'>>('DrainAgent', {
      agent_id: required(id),
      max_grace_period: optional(
        message<NonNullable<Body<'drain_agent'>['max_grace_period']>>('Duration', {
          seconds: optional('int'),
          nanos: optional('int'),
        }),
      ),
      mark_gone: optional('bool'),
    }),
  ),
  deactivate_agent: optional(ofAgent),
  reactivate_agent: optional(ofAgent),
  update_quota: optional(
    message<Body<'update_quota'>>('UpdateQuota', {
      force: optional('bool'),
      quota_configs: repeated(quotaConfig),
    }),
  ),
  set_quota: optional(message<Body<'set_quota'>>('SetQuota', { quota_request: required(quotaRequest) })),
  remove_quota: optional(message<Body<'remove_quota'>>('RemoveQuota', { role: required('string') })),
  teardown: optional(message<Body<'teardown'>>('Teardown', { framework_id: required(id) })),
  mark_agent_gone: optional(ofAgent),
});

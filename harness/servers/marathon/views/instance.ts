import type { PathId, Timestamp } from '../definition/index.ts';
import type { LocalVolume } from '../offers/index.ts';

/** Where an instance stands, as Marathon names it; the first two have no task yet. */
export type Condition =
  | 'Scheduled'
  | 'Provisioned'
  | 'Staging'
  | 'Starting'
  | 'Running'
  | 'Killing'
  | 'Unreachable'
  | 'UnreachableInactive'
  | 'Finished'
  | 'Failed'
  | 'Killed'
  | 'Error'
  | 'Gone'
  | 'Dropped'
  | 'Unknown';

/** What one health check found out about one task. */
export interface HealthResult {
  readonly alive: boolean;
  readonly consecutiveFailures: number;
  readonly firstSuccess?: Timestamp;
  readonly lastSuccess?: Timestamp;
  readonly lastFailure?: Timestamp;
  readonly lastFailureCause?: string;
  readonly instanceId: string;
}

/** An instance as the API shows it. Without `taskId` it waits for an offer and is in no list. */
export interface InstanceView {
  readonly instanceId: string;
  readonly appId: PathId;
  readonly condition: Condition;
  readonly taskId?: string;
  readonly host?: string;
  readonly agentId?: string;
  readonly hostPorts: readonly number[];
  readonly ipAddresses: readonly { readonly ipAddress: string; readonly protocol: 'IPv4' | 'IPv6' }[];
  readonly stagedAt?: Timestamp;
  readonly startedAt?: Timestamp;
  /** The version it was started with. */
  readonly version: Timestamp;
  readonly health: readonly HealthResult[];
  readonly role: string;
  readonly region?: string;
  readonly zone?: string;
  /** What Mesos keeps for it, from its first launch until the instance is gone for good. */
  readonly reservation?: Reservation;
}

/** Resources and volumes of one agent that are reserved for one instance. */
export interface Reservation {
  readonly agentId: string;
  readonly volumes: readonly LocalVolume[];
  /** The agent has had a task on it, so that it is known to have been made. */
  readonly isConfirmed: boolean;
}

const ended: readonly Condition[] = ['Finished', 'Failed', 'Killed', 'Error', 'Gone', 'Dropped', 'Unknown'];

/** Not terminal. */
export function isAlive(condition: Condition): boolean {
  return !ended.includes(condition);
}

/** `TASK_RUNNING` and its siblings. */
export function stateOf(condition: Condition): string {
  switch (condition) {
    case 'Scheduled':
    case 'Provisioned':
      return 'TASK_STAGING';
    case 'UnreachableInactive':
      return 'TASK_UNREACHABLE';
    default:
      return `TASK_${condition.toUpperCase()}`;
  }
}

/** The task as the API prints it. `servicePorts` is filled in `GET /v2/tasks` only. */
export function renderTask(
  instance: InstanceView & { readonly taskId: string },
  servicePorts: readonly number[] = [],
): Readonly<Record<string, unknown>> {
  const { stagedAt, startedAt, agentId, region, zone } = instance;
  return {
    ipAddresses: instance.ipAddresses,
    ...(stagedAt !== undefined && { stagedAt }),
    state: stateOf(instance.condition),
    ports: instance.hostPorts,
    ...(startedAt !== undefined && { startedAt }),
    version: instance.version,
    id: instance.taskId,
    appId: instance.appId,
    ...(agentId !== undefined && { slaveId: agentId }),
    host: instance.host ?? '',
    healthCheckResults: instance.health,
    servicePorts,
    localVolumes: instance.reservation?.volumes ?? [],
    role: instance.role,
    ...(region !== undefined && { region }),
    ...(zone !== undefined && { zone }),
  };
}

import type { PathId, Timestamp } from '../definition/index.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

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
}

/** Not terminal. */
export function isAlive(_condition: Condition): boolean {
  return notWritten();
}

/** `TASK_RUNNING` and its siblings. */
export function stateOf(_condition: Condition): string {
  return notWritten();
}

/** The task as the API prints it. `servicePorts` is filled in `GET /v2/tasks` only. */
export function renderTask(
  _instance: InstanceView & { readonly taskId: string },
  _servicePorts?: readonly number[],
): Readonly<Record<string, unknown>> {
  return notWritten();
}

import type { Clock } from '../../../plumbing/clock.ts';
import type { Attribute, Offer, TaskStatus } from '../../mesos/v1.ts';
import type { AppDefinition } from '../definition/index.ts';
import { newInstanceId } from '../offers/index.ts';
import { type Condition, type InstanceView, isAlive, type Reservation } from '../views/index.ts';

/**
 * What the instance is meant to be: kept running, whatever happens to its tasks; without a task, but keeping what is
 * reserved for it; or taken away.
 */
export type Goal = 'Running' | 'Stopped' | 'Decommissioned';

/** One copy of an app over all its tasks. A value: every change makes a new one. */
export interface Instance extends InstanceView {
  /** The definition it runs, which is an older one than the tree's while an update is under way. */
  readonly app: AppDefinition;
  readonly goal: Goal;
  /** When the condition began. This and the next two are readings of the monotonic clock. */
  readonly since: number;
  /** Beside `stagedAt`, which is to be shown. */
  readonly stagedSince?: number;
  /** Beside `startedAt`, which is to be shown. */
  readonly startedSince?: number;
  /** Of the agent it stands on. */
  readonly attributes: readonly Attribute[];
  /** The task before the next one is launched, while it waits for an offer. */
  readonly previousTaskId?: string;
}

export function scheduleInstance(app: AppDefinition, uuid: string, since: number): Instance {
  return {
    instanceId: newInstanceId(app.id, uuid),
    appId: app.id,
    app,
    version: app.version,
    role: app.role,
    goal: 'Running',
    condition: 'Scheduled',
    since,
    hostPorts: [],
    ipAddresses: [],
    health: [],
    attributes: [],
  };
}

/** The same instance, waiting for its next task, which will run `app`. */
export function rescheduleInstance(instance: Instance, app: AppDefinition, since: number): Instance {
  const { instanceId, taskId, previousTaskId, reservation } = instance;
  const fresh = scheduleInstance(app, '', since);
  return {
    ...fresh,
    instanceId,
    previousTaskId: taskId ?? previousTaskId,
    // One that may never have been made is given up: should it exist after all, it is freed when it is offered.
    ...(reservation?.isConfirmed === true ? { reservation } : {}),
  };
}

export function provisionInstance(
  instance: Instance,
  launch: {
    readonly taskId: string;
    readonly offer: Offer;
    readonly hostPorts: readonly number[];
    readonly reservation: Reservation | undefined;
  },
  clock: Clock,
): Instance {
  const { taskId, offer, hostPorts, reservation } = launch;
  const since = clock.monotonic();
  const domain = offer.domain?.fault_domain;
  return {
    ...instance,
    condition: 'Provisioned',
    since,
    stagedSince: since,
    taskId,
    previousTaskId: undefined,
    host: offer.hostname,
    agentId: offer.agent_id.value,
    attributes: offer.attributes ?? [],
    hostPorts,
    stagedAt: timestamp(clock.now()),
    region: domain?.region.name,
    zone: domain?.zone.name,
    ...(reservation === undefined ? {} : { reservation }),
  };
}

/** The instance after what Mesos says about its task. */
export function applyStatus(instance: Instance, status: TaskStatus, clock: Clock): Instance {
  const said = conditionOf(status);
  const condition = isOvertaken(instance.condition, said) ? instance.condition : said;
  const ipAddresses = addressesOf(status) ?? instance.ipAddresses;
  const since = condition === instance.condition ? instance.since : sinceOf(status, condition, clock);
  const moved = { ...instance, condition, since, ipAddresses, ...reservationAfter(instance, status, said) };
  if (said !== 'Running' || instance.startedAt !== undefined) return moved;
  return { ...moved, startedAt: timestamp(clock.now()), startedSince: clock.monotonic() };
}

const provesReservation: readonly Condition[] = ['Starting', 'Running', 'Killing', 'Finished', 'Failed'];

/** What is reserved on an agent that an operator gave up will never be offered again. */
function reservationAfter(
  { reservation }: Instance,
  { state }: TaskStatus,
  said: Condition,
): Pick<Instance, 'reservation'> {
  if (reservation === undefined) return {};
  if (state === 'TASK_GONE_BY_OPERATOR') return { reservation: undefined };
  return provesReservation.includes(said) ? { reservation: { ...reservation, isConfirmed: true } } : {};
}

/** A task that was told to die stays `Killing` until it is dead; one that was given up does not become merely lost. */
function isOvertaken(known: Condition, said: Condition): boolean {
  if (known === 'UnreachableInactive') return said === 'Unreachable';
  return known === 'Killing' && (said === 'Staging' || said === 'Starting' || said === 'Running');
}

/** Time lost counts from when the master lost the agent, not from when we heard of it. */
function sinceOf(status: TaskStatus, condition: Condition, clock: Clock): number {
  const lostAt = status.unreachable_time?.nanoseconds;
  const isLost = condition === 'Unreachable' && lostAt !== undefined;
  const lostForMs = isLost ? Math.max(0, clock.now() - lostAt / 1e6) : 0;
  return clock.monotonic() - lostForMs;
}

function addressesOf(status: TaskStatus): Instance['ipAddresses'] | undefined {
  const networks = status.container_status?.network_infos;
  if (networks === undefined) return undefined;
  return networks
    .flatMap((network) => network.ip_addresses ?? [])
    .flatMap(({ ip_address: ipAddress, protocol }) =>
      ipAddress === undefined ? [] : [{ ipAddress, protocol: protocol ?? 'IPv4' }],
    );
}

export function conditionOf({ state, reason }: TaskStatus): Condition {
  switch (state) {
    case 'TASK_STAGING':
      return 'Staging';
    case 'TASK_STARTING':
      return 'Starting';
    case 'TASK_RUNNING':
      return 'Running';
    case 'TASK_KILLING':
      return 'Killing';
    case 'TASK_FINISHED':
      return 'Finished';
    case 'TASK_FAILED':
      return 'Failed';
    case 'TASK_KILLED':
      return 'Killed';
    case 'TASK_ERROR':
      return 'Error';
    case 'TASK_DROPPED':
      return 'Dropped';
    case 'TASK_UNREACHABLE':
      return 'Unreachable';
    case 'TASK_GONE':
    case 'TASK_GONE_BY_OPERATOR':
      return 'Gone';
    case 'TASK_UNKNOWN':
      return 'Unknown';
    case 'TASK_LOST':
      return reason !== undefined && mayReregister.has(reason) ? 'Unreachable' : 'Gone';
    default:
      return unreachableState(state);
  }
}

/** Masters that do not know partition awareness say LOST for tasks of an agent that may return. */
const mayReregister: ReadonlySet<string> = new Set([
  'REASON_RECONCILIATION',
  'REASON_AGENT_DISCONNECTED',
  'REASON_AGENT_REMOVED',
]);

function unreachableState(state: never): never {
  throw new Error(`unknown task state ${String(state)}`);
}

/** True, false, or null while a check has not reported yet. Without checks nothing is known about health. */
export function healthOf({ app, health, condition }: Instance): boolean | null {
  if (app.healthChecks.length === 0 || condition === 'Scheduled') return null;
  if (health.some((result) => !result.alive)) return false;
  return health.length === app.healthChecks.length ? true : null;
}

/** Counts towards the capacity that an update must keep. */
export function isServing(instance: Instance): boolean {
  if (instance.goal !== 'Running' || instance.condition !== 'Running') return false;
  return instance.app.healthChecks.length === 0 || healthOf(instance) === true;
}

/** Has a task that Mesos may still be running. */
export function hasLiveTask(instance: Instance): boolean {
  return instance.taskId !== undefined && isAlive(instance.condition);
}

/** Stopped, with nothing of it running or lost: its next task may be launched on what is reserved for it. */
export function isAtRest(instance: Instance): boolean {
  return instance.goal === 'Stopped' && !isAlive(instance.condition);
}

export function isLost({ condition }: Instance): boolean {
  return condition === 'Unreachable' || condition === 'UnreachableInactive';
}

export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

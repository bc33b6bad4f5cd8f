import type { Clock } from '../../../plumbing/clock.ts';
import type { Offer, Resource, TaskInfo } from '../../mesos/v1.ts';
import {
  buildTask,
  freeing,
  instanceOfReservation,
  isResident,
  matchOffer,
  newLocalVolumes,
  newTaskId,
  nextTaskId,
  type OfferMatch,
  type Placement,
  type RandomSource,
  type ReservationOperation,
  remainderOf,
  reserveFor,
} from '../offers/index.ts';
import { type Instance, provisionInstance } from '../tracker/instance.ts';
import type { InstanceTracker } from '../tracker/tracker.ts';
import type { Reservation } from '../views/index.ts';
import type { SchedulerCall } from './connection.ts';
import type { LaunchQueue } from './launch-queue.ts';
import type { Leftovers } from './leftovers.ts';

/** How long unused offers stay away, unless the framework revives them. */
const refuseSeconds = 120;
/** Marathon's `max_instances_per_offer`. */
const mostTasksPerOffer = 5;

export interface OfferHandlerOptions {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly queue: LaunchQueue;
  readonly leftovers: Leftovers;
  /** Labels what is reserved. */
  readonly frameworkId: string;
  /** Owns what is reserved, on masters that know us by one. */
  readonly principal: string | undefined;
  readonly newUuid: () => string;
  readonly random: RandomSource;
  readonly secrets: Readonly<Record<string, string>>;
  readonly send: (call: SchedulerCall) => void;
  /** What is launched is written down before the master hears of it. */
  readonly persist: () => void;
  readonly onLog: (line: { readonly level: 'warn'; readonly text: string }) => void;
}

/** A task that fits, what it takes of the offer, and what has to be done to the offer's resources before. */
interface Placed {
  readonly task: TaskInfo;
  readonly taken: readonly Resource[];
  readonly operations: readonly ReservationOperation[];
}

/**
 * Uses each offer for what waits and fits, gives back what is reserved for instances that are gone, and declines the rest.
 * Returns roles that got offers and still want more.
 */
export function handleOffers(offers: readonly Offer[], options: OfferHandlerOptions): ReadonlySet<string> {
  const hungry = new Set<string>();
  const declined: Offer[] = [];
  const accepted: SchedulerCall[] = [];
  for (const offer of offers) {
    const placed = placeTasks(offer, options);
    const freed = freeLeftovers(offer, options);
    if (placed.length === 0 && freed.length === 0) declined.push(offer);
    else accepted.push(acceptCall(offer, placed, freed));
    if (placed.length === mostTasksPerOffer) hungry.add(roleOf(offer));
  }
  if (accepted.length > 0) options.persist();
  for (const call of accepted) options.send(call);
  if (declined.length > 0) {
    const ids = declined.map((offer) => offer.id);
    options.send({
      type: 'DECLINE',
      decline: { offer_ids: ids, filters: { refuse_seconds: refuseSeconds } },
    });
  }
  return new Set([...hungry].filter((role) => options.queue.wants(role)));
}

export function roleOf(offer: Offer): string {
  return offer.allocation_info?.role ?? '*';
}

function acceptCall(
  offer: Offer,
  placed: readonly Placed[],
  freed: readonly ReservationOperation[],
): SchedulerCall {
  const tasks = placed.map(({ task }) => task);
  return {
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [
        ...freed,
        ...placed.flatMap(({ operations }) => operations),
        ...(tasks.length === 0 ? [] : [{ type: 'LAUNCH', launch: { task_infos: tasks } } as const]),
      ],
      filters: { refuse_seconds: tasks.length === mostTasksPerOffer ? 0 : refuseSeconds },
    },
  };
}

/** What is labelled for an instance that is gone, or that has given its reservation up. */
function freeLeftovers(
  { resources }: Offer,
  { frameworkId, tracker, leftovers }: OfferHandlerOptions,
): readonly ReservationOperation[] {
  const owners = new Map<Resource, string>();
  for (const resource of resources) {
    const instanceId = instanceOfReservation(resource, frameworkId);
    if (instanceId === undefined || tracker.get(instanceId)?.reservation !== undefined) continue;
    owners.set(resource, instanceId);
  }
  for (const instanceId of owners.values()) leftovers.freed(instanceId);
  return owners.size === 0 ? [] : freeing([...owners.keys()]);
}

/** Takes one instance of each waiting app in turn, so that a long queue of one app does not starve the others. */
function placeTasks(offer: Offer, options: OfferHandlerOptions): readonly Placed[] {
  const tasks: Placed[] = [];
  const refused = new Set<string>();
  let left = offer;
  let neighbourPorts: ReadonlySet<number> | undefined;
  for (let placed = -1; placed < tasks.length && tasks.length < mostTasksPerOffer; ) {
    placed = tasks.length;
    for (const instance of [...options.queue.launchable(roleOf(offer))]) {
      if (refused.has(keyOf(instance))) continue;
      neighbourPorts ??= neighbourPortsOf(offer, options.tracker);
      const task = place(instance, left, { ...options, neighbourPorts });
      if (task === undefined) {
        refused.add(keyOf(instance));
        continue;
      }
      tasks.push(task);
      left = remainderOf(left, task.taken);
      if (tasks.length === mostTasksPerOffer) break;
    }
  }
  return tasks;
}

function keyOf(instance: Instance): string {
  return `${instance.appId}@${instance.version}`;
}

/** Host ports of the tasks on other agents of the same machine, as an embedded cluster and small labs have them. */
function neighbourPortsOf({ hostname, agent_id }: Offer, tracker: InstanceTracker): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const { host, agentId, hostPorts } of tracker.all()) {
    if (host !== hostname || agentId === agent_id.value) continue;
    for (const port of hostPorts) ports.add(port);
  }
  return ports;
}

function place(
  instance: Instance,
  offer: Offer,
  options: OfferHandlerOptions & { readonly neighbourPorts: ReadonlySet<number> },
): Placed | undefined {
  const { clock, tracker, queue, random, secrets, frameworkId, neighbourPorts } = options;
  const { app } = instance;
  const match = matchOffer(app, offer, {
    placed: placementsOf(instance, tracker),
    random,
    now: clock.now(),
    neighbourPorts,
    ...(instance.reservation === undefined
      ? {}
      : { owner: { frameworkId, instanceId: instance.instanceId } }),
  });
  queue.noteOffer(app, offer, match);
  if (match.kind === 'refused') return undefined;
  const taskId =
    instance.previousTaskId === undefined
      ? newTaskId(instance.instanceId)
      : nextTaskId(instance.previousTaskId);
  const { reservation, operations, resources } = reserve(instance, offer, match, options);
  const task = tryBuild({ app, offer, match, taskId, resources, secrets }, options);
  if (task === undefined) return undefined;
  const hostPorts = match.hostPorts.filter((port) => port !== null);
  tracker.put(provisionInstance(instance, { taskId, offer, hostPorts, reservation }, clock));
  return { task, taken: match.resources, operations };
}

/** A first launch with persistent volumes reserves what it takes; later ones find it reserved. */
function reserve(
  { app, instanceId, reservation }: Instance,
  offer: Offer,
  match: OfferMatch & { readonly kind: 'match' },
  { frameworkId, principal, newUuid }: OfferHandlerOptions,
): {
  readonly reservation: Reservation | undefined;
  readonly operations: readonly ReservationOperation[];
  readonly resources: readonly Resource[];
} {
  if (reservation !== undefined || !isResident(app)) {
    return { reservation, operations: [], resources: match.resources };
  }
  const volumes = newLocalVolumes(app, newUuid);
  const owner = { frameworkId, instanceId };
  return {
    reservation: { agentId: offer.agent_id.value, volumes, isConfirmed: false },
    ...reserveFor(app, match.resources, { owner, volumes, principal }),
  };
}

/** An app whose secret is missing waits, and does not keep the others from the offer. */
function tryBuild(
  order: Parameters<typeof buildTask>[0],
  { onLog }: OfferHandlerOptions,
): TaskInfo | undefined {
  try {
    return buildTask(order);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    onLog({ level: 'warn', text: `${order.app.id} cannot be launched: ${reason}` });
    return undefined;
  }
}

/**
 * What constraints compare with: the app's launched instances of the current configuration. Those of an older one do not
 * count, so that an app that is UNIQUE on every host can be updated and restarted. Scaling makes no new configuration.
 */
function placementsOf({ app }: Instance, tracker: InstanceTracker): readonly Placement[] {
  if (app.constraints.length === 0) return [];
  return tracker
    .of(app.id)
    .filter(({ version }) => version >= app.versionInfo.lastConfigChangeAt)
    .flatMap((other) => placementOf(other) ?? []);
}

/** Undefined for instances that stand nowhere, or on an agent that is lost. */
export function placementOf(instance: Instance): Placement | undefined {
  const { instanceId, host, taskId, condition, region, zone, attributes } = instance;
  if (host === undefined || taskId === undefined) return undefined;
  if (condition === 'Unreachable' || condition === 'UnreachableInactive') return undefined;
  return { instanceId, hostname: host, region, zone, attributes };
}

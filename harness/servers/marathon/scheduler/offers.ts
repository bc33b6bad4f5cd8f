import type { Clock } from '../../../plumbing/clock.ts';
import type { Offer, TaskInfo } from '../../mesos/v1.ts';
import {
  buildTask,
  matchOffer,
  newTaskId,
  nextTaskId,
  type Placement,
  type RandomSource,
  remainderOf,
} from '../offers/index.ts';
import { type Instance, provisionInstance } from '../tracker/instance.ts';
import type { InstanceTracker } from '../tracker/tracker.ts';
import type { SchedulerCall } from './connection.ts';
import type { LaunchQueue } from './launch-queue.ts';

/** How long unused offers stay away, unless the framework revives them. */
const refuseSeconds = 120;
/** Marathon's `max_instances_per_offer`. */
const mostTasksPerOffer = 5;

export interface OfferHandlerOptions {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly queue: LaunchQueue;
  readonly random: RandomSource;
  readonly secrets: Readonly<Record<string, string>>;
  readonly send: (call: SchedulerCall) => void;
  /** What is launched is written down before the master hears of it. */
  readonly persist: () => void;
  readonly onLog: (line: { readonly level: 'warn'; readonly text: string }) => void;
}

/** Uses each offer for what waits and fits, and declines the rest. Returns roles that got offers and still want more. */
export function handleOffers(offers: readonly Offer[], options: OfferHandlerOptions): ReadonlySet<string> {
  const hungry = new Set<string>();
  const declined: Offer[] = [];
  const accepted: SchedulerCall[] = [];
  for (const offer of offers) {
    const tasks = placeTasks(offer, options);
    if (tasks.length === 0) declined.push(offer);
    else accepted.push(acceptCall(offer, tasks));
    if (tasks.length === mostTasksPerOffer) hungry.add(roleOf(offer));
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

function acceptCall(offer: Offer, tasks: readonly TaskInfo[]): SchedulerCall {
  return {
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [{ type: 'LAUNCH', launch: { task_infos: tasks } }],
      filters: { refuse_seconds: tasks.length === mostTasksPerOffer ? 0 : refuseSeconds },
    },
  };
}

/** Takes one instance of each waiting app in turn, so that a long queue of one app does not starve the others. */
function placeTasks(offer: Offer, options: OfferHandlerOptions): TaskInfo[] {
  const tasks: TaskInfo[] = [];
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
      left = remainderOf(left, task.resources);
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
): TaskInfo | undefined {
  const { clock, tracker, queue, random, secrets, neighbourPorts } = options;
  const { app } = instance;
  const match = matchOffer(app, offer, {
    placed: placementsOf(instance, tracker),
    random,
    now: clock.now(),
    neighbourPorts,
  });
  queue.noteOffer(app, offer, match);
  if (match.kind === 'refused') return undefined;
  const taskId =
    instance.previousTaskId === undefined
      ? newTaskId(instance.instanceId)
      : nextTaskId(instance.previousTaskId);
  const task = tryBuild({ app, offer, match, taskId, secrets }, options);
  if (task === undefined) return undefined;
  const hostPorts = match.hostPorts.filter((port) => port !== null);
  tracker.put(provisionInstance(instance, { taskId, offer, hostPorts }, clock));
  return task;
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

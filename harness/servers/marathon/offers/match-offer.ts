import type { Offer, Resource } from '../../mesos/v1.ts';
import type { AppDefinition } from '../definition/index.ts';
import { type Placement, satisfies } from './constraints.ts';
import type { RandomSource } from './random-source.ts';
import {
  isReservable,
  isResident,
  persistentVolumesOf,
  type ReservationOwner,
  reservedIn,
  volumeDiskOf,
} from './residency.ts';
import { isOrdinary, roleOf, takePorts, takeScalar } from './resources.ts';

/** Why an offer is not used, in the order of checking; an offer counts for its first reason only. */
export const refusalReasons = [
  'UnfulfilledRole',
  'UnfulfilledConstraint',
  'NoCorrespondingReservationFound',
  'AgentMaintenance',
  'InsufficientCpus',
  'InsufficientMemory',
  'InsufficientDisk',
  'InsufficientGpus',
  'InsufficientPorts',
  'DeclinedScarceResources',
] as const;

/** As the queue names it. */
export type RefusalReason = (typeof refusalReasons)[number];

/** What an app is matched with, beside the offer. */
export interface MatchContext {
  /** The launched instances of the app. */
  readonly placed: readonly Placement[];
  readonly random: RandomSource;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Ports that other agents with the same host name gave away: taken only when asked for, or when no other is left. */
  readonly neighbourPorts?: ReadonlySet<number>;
  /** When the instance has resources reserved: it gets those, and constraints were asked when they were reserved. */
  readonly owner?: ReservationOwner;
}

/** What came of trying one app on one offer. */
export type OfferMatch =
  | {
      readonly kind: 'match';
      /** One per port definition, or per port mapping; null where a mapping wants no host port. */
      readonly hostPorts: readonly (number | null)[];
      /** What is taken of the offer; a first launch with persistent volumes reserves it before its task gets it. */
      readonly resources: readonly Resource[];
    }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** Whether, and with which ports and resources, one instance of `app` fits the offer. */
export function matchOffer(app: AppDefinition, offer: Offer, context: MatchContext): OfferMatch {
  const pool = poolFor(app, offer);
  const { placed, random, now, neighbourPorts, owner } = context;
  if (pool.length === 0 && owner === undefined) return refusal('UnfulfilledRole');
  if (
    owner === undefined &&
    !app.constraints.every((constraint) => satisfies(constraint, offer, placed, app.instances))
  ) {
    return refusal('UnfulfilledConstraint');
  }
  const reserved = owner && reservedIn(offer.resources, owner);
  if (reserved !== undefined && reserved.volumes.length < persistentVolumesOf(app).length) {
    return refusal('NoCorrespondingReservationFound');
  }
  if (isUnavailable(offer, now)) return refusal('AgentMaintenance');

  const resources: Resource[] = [...(reserved?.volumes ?? [])];
  const scalars = reserved?.plain ?? (isResident(app) ? pool.filter(isReservable) : pool);
  for (const [name, amount, reason] of demandsOf(app, reserved === undefined)) {
    const taken = takeScalar(scalars, name, amount);
    if (taken === undefined) return refusal(reason);
    resources.push(...taken);
  }
  const ports = takePorts(pool, wishedPorts(app), random, neighbourPorts);
  if (ports === undefined) return refusal('InsufficientPorts');
  if (wastesGpus(app, offer)) return refusal('DeclinedScarceResources');
  return { kind: 'match', hostPorts: ports.ports, resources: [...resources, ...ports.taken] };
}

function refusal(reason: RefusalReason): OfferMatch {
  return { kind: 'refused', reason };
}

/** What the app may use of the offer, reserved resources first. */
function poolFor(app: AppDefinition, offer: Offer): readonly Resource[] {
  if ((offer.allocation_info?.role ?? app.role) !== app.role) return [];
  const accepted = app.acceptedResourceRoles ?? ['*', app.role];
  return offer.resources
    .filter((resource) => isOrdinary(resource) && accepted.includes(roleOf(resource)))
    .toSorted((a, b) => Number(roleOf(a) === '*') - Number(roleOf(b) === '*'));
}

/** Volumes are cut from the disk when they are made. */
function demandsOf(
  app: AppDefinition,
  makesVolumes: boolean,
): readonly (readonly [string, number, RefusalReason])[] {
  return [
    ['cpus', app.cpus, 'InsufficientCpus'],
    ['mem', app.mem, 'InsufficientMemory'],
    ['disk', app.disk + (makesVolumes ? volumeDiskOf(app) : 0), 'InsufficientDisk'],
    ['gpus', app.gpus, 'InsufficientGpus'],
  ];
}

function wishedPorts(app: AppDefinition): readonly (number | null)[] {
  const mappings = app.container?.portMappings;
  if (mappings !== undefined) return mappings.map(({ hostPort = null }) => hostPort);
  return (app.portDefinitions ?? []).map(({ port }) => (app.requirePorts ? port : 0));
}

function isUnavailable({ unavailability }: Offer, now: number): boolean {
  if (unavailability === undefined) return false;
  const start = unavailability.start.nanoseconds / 1e6;
  const duration = unavailability.duration;
  return now >= start && (duration === undefined || now < start + duration.nanoseconds / 1e6);
}

/** Agents with GPUs are kept for apps that ask for some, unless the app is labelled otherwise. */
function wastesGpus(app: AppDefinition, offer: Offer): boolean {
  if (app.gpus > 0 || app.labels.GPU_SCHEDULING_BEHAVIOR === 'unrestricted') return false;
  return offer.resources.some((resource) => resource.name === 'gpus' && (resource.scalar?.value ?? 0) > 0);
}

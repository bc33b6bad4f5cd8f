import type { Offer, Resource } from '../../mesos/v1.ts';
import type { AppDefinition } from '../definition/index.ts';
import type { Placement } from './constraints.ts';

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

export type RefusalReason = (typeof refusalReasons)[number];

/** A whole number from 0 up to, and without, `bound`. */
export type RandomSource = (bound: number) => number;

export type OfferMatch =
  | {
      readonly kind: 'match';
      /** One per port definition, or per port mapping; null where a mapping wants no host port. */
      readonly hostPorts: readonly (number | null)[];
      /** What the task takes, with the reservations of the offer. */
      readonly resources: readonly Resource[];
    }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** Whether, and with which ports and resources, one instance of `app` fits the offer. */
export function matchOffer(
  _app: AppDefinition,
  _offer: Offer,
  _context: {
    readonly placed: readonly Placement[];
    readonly random: RandomSource;
    readonly now: number;
  },
): OfferMatch {
  throw new Error('not written yet');
}

/** The offer as it is left after a task took `taken`, so that another one can be matched with it. */
export function remainderOf(_offer: Offer, _taken: readonly Resource[]): Offer {
  throw new Error('not written yet');
}

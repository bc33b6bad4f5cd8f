export { buildTask } from './build-task.ts';
export { fieldOf, type Placement, satisfies } from './constraints.ts';
export {
  matchOffer,
  type OfferMatch,
  type RefusalReason,
  refusalReasons,
} from './match-offer.ts';
export { countOffer, emptyTally, type OfferTally, renderTally } from './offer-tally.ts';
export { portsOf, type TaskPort } from './ports.ts';
export type { RandomSource } from './random-source.ts';
export {
  freeing,
  instanceOfReservation,
  isResident,
  type LocalVolume,
  newLocalVolumes,
  type ReservationOperation,
  type ReservationOwner,
  reserveFor,
} from './residency.ts';
export { remainderOf } from './resources.ts';
export { appIdOfTask, instanceIdOf, newInstanceId, newTaskId, nextTaskId } from './task-id.ts';

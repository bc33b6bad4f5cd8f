export { buildTask } from './build-task.ts';
export { type Placement, satisfies } from './constraints.ts';
export {
  matchOffer,
  type OfferMatch,
  type RandomSource,
  type RefusalReason,
  refusalReasons,
  remainderOf,
} from './match-offer.ts';
export { countOffer, emptyTally, type OfferTally, renderTally } from './offer-tally.ts';
export { appIdOfTask, instanceIdOf, newInstanceId, newTaskId, nextTaskId } from './task-id.ts';

import type { Timestamp } from '../definition/index.ts';
import type { OfferMatch, RefusalReason } from './match-offer.ts';

/** Counts of what became of the offers that an app was tried on. */
export interface OfferTally {
  readonly processed: number;
  readonly unused: number;
  readonly lastUnusedAt?: Timestamp;
  readonly lastUsedAt?: Timestamp;
  /** Refusals of the latest offer of each agent. */
  readonly lastByAgent: Readonly<Record<string, RefusalReason>>;
  /** Refusals since the app began to wait. */
  readonly sinceStart: Readonly<Partial<Record<RefusalReason, number>>>;
}

export const emptyTally: OfferTally = { processed: 0, unused: 0, lastByAgent: {}, sinceStart: {} };

export function countOffer(
  _tally: OfferTally,
  _agentId: string,
  _match: OfferMatch,
  _now: Timestamp,
): OfferTally {
  throw new Error('not written yet');
}

/** `processedOffersSummary` of the queue. */
export function renderTally(_tally: OfferTally): Readonly<Record<string, unknown>> {
  throw new Error('not written yet');
}

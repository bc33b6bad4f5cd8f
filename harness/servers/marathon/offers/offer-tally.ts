import type { Timestamp } from '../definition/index.ts';
import { type OfferMatch, type RefusalReason, refusalReasons } from './match-offer.ts';

/** Counts of what became of the offers that an app was tried on. */
export interface OfferTally {
  readonly processed: number;
  readonly unused: number;
  readonly lastUnusedAt?: Timestamp;
  readonly lastUsedAt?: Timestamp;
  /** Refusals of the latest offer of each agent. */
  readonly lastByAgent?: Map<string, RefusalReason>;
  /** Refusals since the app began to wait. */
  readonly sinceStart: Readonly<Partial<Record<RefusalReason, number>>>;
}

/** Of an app that begins to wait. */
export const emptyTally: OfferTally = { processed: 0, unused: 0, sinceStart: {} };

/** The tally with one offer more. The one given is used up: the record of agents goes over into the new one. */
export function countOffer(
  tally: OfferTally,
  agentId: string,
  match: OfferMatch,
  now: Timestamp,
): OfferTally {
  const lastByAgent = tally.lastByAgent ?? new Map<string, RefusalReason>();
  const counted = { ...tally, lastByAgent, processed: tally.processed + 1 };
  if (match.kind === 'match') {
    lastByAgent.delete(agentId);
    return { ...counted, lastUsedAt: now };
  }
  lastByAgent.set(agentId, match.reason);
  return {
    ...counted,
    unused: tally.unused + 1,
    lastUnusedAt: now,
    sinceStart: { ...tally.sinceStart, [match.reason]: (tally.sinceStart[match.reason] ?? 0) + 1 },
  };
}

/** `processedOffersSummary` of the queue. */
export function renderTally(tally: OfferTally): Readonly<Record<string, unknown>> {
  const last: Partial<Record<RefusalReason, number>> = {};
  for (const reason of tally.lastByAgent?.values() ?? []) last[reason] = (last[reason] ?? 0) + 1;
  return {
    processedOffersCount: tally.processed,
    unusedOffersCount: tally.unused,
    ...(tally.lastUnusedAt !== undefined && { lastUnusedOfferAt: tally.lastUnusedAt }),
    ...(tally.lastUsedAt !== undefined && { lastUsedOfferAt: tally.lastUsedAt }),
    rejectSummaryLastOffers: funnel(last, tally.lastByAgent?.size ?? 0),
    rejectSummaryLaunchAttempt: funnel(tally.sinceStart, tally.processed),
  };
}

/** Every reason in the order of checking, with the offers that got as far as being asked. */
function funnel(refusals: Readonly<Partial<Record<RefusalReason, number>>>, total: number) {
  let processed = total;
  return refusalReasons.map((reason) => {
    const step = { reason, declined: refusals[reason] ?? 0, processed };
    processed -= step.declined;
    return step;
  });
}

import type { Offer, TaskInfo } from '../../mesos/v1.ts';
import type { AppDefinition } from '../definition/index.ts';
import type { OfferMatch } from './match-offer.ts';

/** What the agent is told to run. `secrets`: values by secret source; a missing one throws. */
export function buildTask(_options: {
  readonly app: AppDefinition;
  readonly offer: Offer;
  readonly match: OfferMatch & { readonly kind: 'match' };
  readonly taskId: string;
  readonly secrets?: Readonly<Record<string, string>>;
}): TaskInfo {
  throw new Error('not written yet');
}

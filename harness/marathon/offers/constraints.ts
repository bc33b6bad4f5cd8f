import type { Attribute, Offer } from '../../mesos/v1.ts';
import type { Constraint } from '../definition/index.ts';

/** Where an instance stands, as constraints see it. */
export interface Placement {
  readonly instanceId: string;
  readonly hostname: string;
  readonly region?: string;
  readonly zone?: string;
  readonly attributes: readonly Attribute[];
}

/** Whether one more instance may stand on the offer's agent. `placed`: the app's launched instances, all versions, lost ones left out. */
export function satisfies(_constraint: Constraint, _offer: Offer, _placed: readonly Placement[]): boolean {
  throw new Error('not written yet');
}

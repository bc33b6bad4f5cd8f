import type { Invariant, Journey } from '../../model/journey.ts';

/**
 * A journey of the rehearsal's traffic; a file `suites/acceptance/<service>/<name>.journey.ts` exports one by default.
 *
 * @example
 * export default defineJourney({
 *   name: 'a shopper looks around',
 *   readOnly: true,
 *   async run({ ask }) {
 *     await ask('gateway', { path: '/products' });
 *   },
 * });
 */
export function defineJourney<Data = undefined>(journey: Journey<Data>): Journey<Data> {
  return journey;
}

/**
 * Something that must hold whatever happens to the system; a file `suites/acceptance/<service>/<name>.invariant.ts` exports
 * one by default. It is checked after every disturbance of a rehearsal.
 *
 * @example
 * export default defineInvariant({
 *   name: 'stock never falls below zero',
 *   async check({ ask }) {
 *     const { body } = await ask('inventory', { path: '/stock/TEA-1' });
 *     return body.onHand < 0 ? `TEA-1 has ${body.onHand} on hand` : null;
 *   },
 * });
 */
export function defineInvariant(invariant: Invariant): Invariant {
  return invariant;
}

import type { StateHandler } from './handlers.ts';

/**
 * Provider states beside the service they are of, checked by the compiler: returns its argument. The module is named by
 * `services.<name>.provider.states`, or imported by the provider's suite.
 *
 * @example
 * export default defineProviderStates({ 'there is an order': async ({ id }) => insertOrder(String(id)) });
 */
export function defineProviderStates<States extends Readonly<Record<string, StateHandler>>>(
  states: States,
): States {
  return states;
}

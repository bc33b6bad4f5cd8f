import { z } from 'zod';
import { variable } from './schema-words.ts';

/** A header's value, or the variable that holds it. */
const headerValue = z.union(
  [z.string(), z.strictObject({ env: variable })],
  "write a text or { env: 'NAME' }",
);

/** How the pacts that others wrote are verified against a service without a test of its own. */
export const provider = z.strictObject({
  /**
   * How provider states are set: a path of the service that takes `POST { state, params, action, consumer }`, or a
   * module (relative to the configuration file) that exports a function for each state by default.
   */
  states: z.string().min(1).optional(),
  /** Sent with every replayed request, such as a token. */
  headers: z.record(z.string().min(1), headerValue).optional(),
  /** How long the service may take for one answer, a state for its setup. Default 10. */
  timeoutSeconds: z.number().int().min(1).max(600).optional(),
});
export type ProviderInput = z.input<typeof provider>;

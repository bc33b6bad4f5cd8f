import { PactV4 } from '@pact-foundation/pact';
import { pactFolder } from 'stagegate/testing';

/** A contract that this consumer is about to write. */
export function pactBetween(consumer: string, provider: string): PactV4 {
  return new PactV4({ consumer, provider, dir: pactFolder(), logLevel: 'error' });
}

/** The error answer that every service of the shop gives; consumers branch on the code, so it is exact. */
export function errorBody(code: string, details: object = {}): object {
  return { error: { code, ...details } };
}

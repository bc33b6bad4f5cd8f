import { type PactStub, readPacts, startStub } from '../../contracts/index.ts';
import { atEndOfFile } from './end-of-file.ts';
import { stage } from './stage.ts';

/**
 * A stand-in for a provider that answers exactly what it promised this consumer in their pact.
 * It listens where tasks on the cluster reach it, until the end of the test file.
 *
 * @example
 * const payments = await stubFor('orders', 'payments');
 * payments.given('the card is refused');
 */
export async function stubFor(consumer: string, provider: string): Promise<PactStub> {
  const { pacts, cluster } = stage();
  const pact = readPacts(pacts.read).find((one) => one.consumer === consumer && one.provider === provider);
  if (pact === undefined) {
    throw new Error(
      `There is no pact ${consumer}-${provider}.json in ${pacts.read}: write it with the contract stage first.`,
    );
  }
  const stub = await startStub(pact, cluster?.taskHost);
  atEndOfFile(async () => stub[Symbol.asyncDispose]());
  return stub;
}

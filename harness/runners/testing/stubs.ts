import { type Pact, type PactStub, readPacts, startMessageStub, startStub } from '../../contracts/index.ts';
import { keepGap } from '../contract-gaps.ts';
import { atEndOfFile } from './end-of-file.ts';
import { stage } from './stage.ts';

/**
 * A stand-in for a service's neighbour that keeps to their pact: it answers what it promised the service or, where the
 * pact is about messages that the service sends, takes those that it expects. It listens where tasks on the cluster
 * reach it, until the end of the test file.
 *
 * @example
 * const payments = await stubFor('orders', 'payments');
 * payments.given('the card is refused');
 */
export async function stubFor(service: string, neighbour: string): Promise<PactStub> {
  const { pacts, cluster, scratch, pactNames = {} } = stage();
  const called = (name: string): string => pactNames[name] ?? name;
  const known = readPacts(pacts.read).map((pact) => ({
    ...pact,
    consumer: called(pact.consumer),
    provider: called(pact.provider),
  }));
  const stub = await start({ service, neighbour, pacts: known, folder: pacts.read, host: cluster?.taskHost });
  atEndOfFile(async () => {
    await stub[Symbol.asyncDispose]();
    const calls = stub.unmatched.map(({ request }) => `${request.method} ${request.path}`);
    if (calls.length > 0) await keepGap(scratch, { consumer: service, provider: neighbour, calls });
  });
  return stub;
}

function start(wanted: {
  readonly service: string;
  readonly neighbour: string;
  readonly pacts: readonly Pact[];
  readonly folder: string;
  readonly host: string | undefined;
}): Promise<PactStub> {
  const { service, neighbour, pacts, folder, host } = wanted;
  const asked = pacts.find((pact) => pact.consumer === service && pact.provider === neighbour);
  if (asked !== undefined) return startStub(asked, host);
  const told = pacts.find((pact) => pact.consumer === neighbour && pact.provider === service);
  if (told !== undefined && told.messages.length > 0) return startMessageStub(told, host);
  throw new Error(
    `There is no pact between ${service} and ${neighbour} in ${folder}: write it with the contract stage first.`,
  );
}

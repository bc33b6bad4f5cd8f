import { type Pact, readPacts, statesOf } from '../../contracts/index.ts';
import { stage } from './stage.ts';
import { explainVerification } from './verification-failure.ts';

/** Brings the provider into a state before an interaction is replayed. */
export type StateHandler = (params: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Produces the message that a consumer expects, by the provider's own code. */
export type MessageProducer = () => Promise<unknown> | unknown;

export interface ProviderVerification {
  readonly provider: string;
  /** Where the provider answers; needed unless its pacts hold messages only. */
  readonly url?: string;
  /** One handler per provider state that any pact names, by its exact words. */
  readonly stateHandlers: Readonly<Record<string, StateHandler>>;
  /** One producer per message that any pact names, by its exact description. */
  readonly messages?: Readonly<Record<string, MessageProducer>>;
}

/**
 * Replays every pact of a provider against it, as it ships.
 * @throws when there is no pact, when a state or a message has no handler, and when the provider answers otherwise
 * than a consumer expects: the message then names consumer, interaction and difference.
 */
export async function verifyProvider(verification: ProviderVerification): Promise<void> {
  const { provider, url, stateHandlers, messages = {} } = verification;
  const pacts = readPacts(stage().pacts.read).filter((pact) => pact.provider === provider);
  if (pacts.length === 0) {
    throw new Error(
      `No pact in ${stage().pacts.read} names "${provider}" as its provider: nothing was verified.`,
    );
  }
  requireHandlers('provider state', pacts, statesOf, stateHandlers);
  requireHandlers('message', pacts, (pact) => pact.messages.map((message) => message.description), messages);
  // Its native library takes its time to load, and most suites do without.
  const { Verifier } = await import('@pact-foundation/pact');
  const verifier = new Verifier({
    provider,
    ...(url === undefined ? {} : { providerBaseUrl: url }),
    pactUrls: pacts.map((pact) => pact.file),
    stateHandlers: Object.fromEntries(
      Object.entries(stateHandlers).map(([state, handle]) => [
        state,
        async (params: unknown) => void (await handle((params ?? {}) as Record<string, unknown>)),
      ]),
    ),
    messageProviders: Object.fromEntries(
      Object.entries(messages).map(([description, produce]) => [description, async () => produce()]),
    ),
    logLevel: 'error',
  });
  try {
    await verifier.verifyProvider();
  } catch (error) {
    throw new Error(explainVerification(provider, error), { cause: error });
  }
}

function requireHandlers(
  what: string,
  pacts: readonly Pact[],
  namesIn: (pact: Pact) => readonly string[],
  handlers: Readonly<Record<string, unknown>>,
): void {
  for (const pact of pacts) {
    const missing = namesIn(pact).filter((name) => handlers[name] === undefined);
    if (missing.length === 0) continue;
    const names = missing.map((name) => `"${name}"`).join(', ');
    throw new Error(
      `${pact.consumer} needs a handler for the ${what} ${names} of ${pact.provider}; add it to the test.`,
    );
  }
}

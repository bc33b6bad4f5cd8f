import {
  contentHash,
  type Pact,
  type PactFile,
  readPactFiles,
  readVerifierReport,
  type VerifierResult,
} from '../../contracts/index.ts';
import { debug } from '../../plumbing/debug-log.ts';
import { contractFolders, type VerifiedSubject } from '../contract-folders.ts';
import { keepVerification } from '../verification-records.ts';
import { atEndOfFile } from './end-of-file.ts';
import { handlersOf, type MessageProducer, type StateHandler } from './handlers.ts';
import { runVerifier } from './run-verifier.ts';
import { runningProviders } from './running-services.ts';
import { stage } from './stage.ts';
import { explainVerification } from './verification-failure.ts';
import { type Replay, startVerificationServer } from './verification-server.ts';

export interface ProviderVerification {
  readonly provider: string;
  /** Where the provider answers; needed unless its pacts hold messages only. */
  readonly url?: string;
  /** One handler per provider state that any pact names, by its exact words. */
  readonly stateHandlers: Readonly<Record<string, StateHandler>>;
  /** One producer per message that any pact names, by its exact description. */
  readonly messages?: Readonly<Record<string, MessageProducer>>;
  /** Sent with every replayed request, in place of a header of that name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the provider may take for one answer, a handler for one state; 10 s when absent. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 10_000;

/**
 * Replays every pact of a provider against it, as it ships. What Pact's verifier said of each interaction becomes the
 * evidence of the contract stage.
 * @throws when there is no pact, when a state or a message has no handler, and when the provider answers otherwise
 * than a consumer expects: the message then names consumer, interaction and difference.
 */
export function verifyProvider(verification: ProviderVerification): Promise<void> {
  const running = verify(verification);
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  running.then(settle, settle);
  atEndOfFile(async () => {
    if (settled) return;
    await running.catch(() => {});
    throw new Error(
      `The verification of ${verification.provider} was not awaited: write await before verifyProvider.`,
    );
  });
  return running;
}

async function verify(verification: ProviderVerification): Promise<void> {
  const {
    provider,
    url,
    stateHandlers,
    messages = {},
    headers = {},
    timeoutMs = defaultTimeoutMs,
  } = verification;
  const { pacts: folders } = stage();
  const files = readPactFiles(folders.read).filter((file) => file.provider === provider);
  const pacts = files.flatMap((file) => {
    const { content } = file;
    const proves =
      content.kind === 'sound' && content.pact.interactions.length + content.pact.messages.length > 0;
    return proves ? [{ file, pact: content.pact }] : [];
  });
  if (pacts.length === 0) {
    const [broken] = files.flatMap(({ content }) => (content.kind === 'broken' ? content.problems : []));
    throw new Error(
      broken ?? `No pact in ${folders.read} names "${provider}" as its provider: nothing was verified.`,
    );
  }
  const handlers = handlersOf(provider, stateHandlers, messages);
  const subject = subjectOf(
    provider,
    url,
    pacts.map(({ pact }) => pact),
  );
  const all: VerifierResult[] = [];
  for (const round of roundsOf(pacts.map(({ file }) => file))) {
    await using server = await startVerificationServer({ url, handlers, headers, timeoutMs });
    const pactFiles = round.map(({ file }) => file);
    const said = await runVerifier({ provider, port: server.port, pactFiles });
    const report = readVerifierReport(said);
    if (report === undefined) throw new Error(explainVerification(provider, said));
    const results = withTroubles(report, server.replays);
    all.push(...results);
    const verified = round.map(({ written }) => contentHash(written));
    const { verified: folder } = contractFolders(folders.write);
    await keepVerification(folder, { provider, subject, pacts: verified, results });
  }
  const idle = handlers.unused();
  if (idle.length > 0) debug('runner', () => `${provider}: no interaction asks for ${idle.join(', ')}`);
  if (all.every(({ passed, pending }) => passed || pending)) return;
  throw new Error(explainVerification(provider, all, lastOutput(provider)));
}

/** The verifier names consumers and not their versions: several pacts of one consumer are replayed one after another. */
function roundsOf(files: readonly PactFile[]): readonly (readonly PactFile[])[] {
  const perConsumer = [...Map.groupBy(files, ({ consumer }) => consumer).values()];
  const rounds = Math.max(...perConsumer.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, index) => perConsumer.flatMap((pacts) => pacts[index] ?? []));
}

/** The verifier saw an answer of ours where the provider gave none; the reason is what went wrong. */
function withTroubles(results: readonly VerifierResult[], replays: readonly Replay[]): VerifierResult[] {
  if (replays.length !== results.length) return [...results];
  return results.map((result, index) => {
    const { troubles = [], notAsked = false } = replays[index] ?? {};
    return troubles.length === 0 ? result : { ...result, passed: false, notAsked, differences: troubles };
  });
}

function subjectOf(provider: string, url: string | undefined, pacts: readonly Pact[]): VerifiedSubject {
  if (pacts.every(({ interactions }) => interactions.length === 0)) return 'artifact';
  const started = runningProviders(provider);
  const origin = url === undefined ? '' : new URL(url).origin;
  if (started.some((one) => new URL(one.url).origin === origin)) return 'artifact';
  return started.length > 0 ? 'wrapped' : 'stand-in';
}

/** What the provider wrote last, and how it ended if it did; empty when the test file did not start it. */
function lastOutput(provider: string): string {
  return runningProviders(provider)
    .map((one) => {
      const end = one.ended();
      const lines = one.logs().trimEnd().split('\n').slice(-20).join('\n');
      return [
        ...(end === undefined ? [] : [`${provider} has ended (${end}).`]),
        ...(lines === '' ? [] : [`${provider} wrote last:\n${lines}`]),
      ].join('\n');
    })
    .filter((text) => text !== '')
    .join('\n');
}

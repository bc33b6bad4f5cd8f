import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { askProvider } from './ask-provider.ts';
import type { Handlers } from './handlers.ts';

/** What happened while one interaction was replayed, besides what the verifier saw. */
export interface Replay {
  /** Why its answer says nothing of the provider's code: a state that could not be set, a provider that gave none. */
  readonly troubles: string[];
  /** The provider was not asked: its suite could not set a state, or has no producer for a message. */
  notAsked: boolean;
}

/** Stands between Pact's verifier and a provider: sets states, produces messages, hands requests on. */
export interface VerificationServer extends AsyncDisposable {
  readonly port: number;
  /** In the order in which the verifier replayed the interactions. */
  readonly replays: readonly Replay[];
}

export const statesPath = '/_stagegate/states';
export const messagesPath = '/_stagegate/messages';

/** How long a provider that left two requests without an answer is waited for from then on. */
const shortPatienceMs = 500;

/**
 * Every request of the verifier gets an answer within the time-out, whatever the provider does: the verifier would
 * otherwise ask again and again, and say little.
 */
export async function startVerificationServer(options: {
  /** Undefined when the provider's pacts hold messages only. */
  readonly url: string | undefined;
  readonly handlers: Handlers;
  /** Sent with every request that is handed on. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}): Promise<VerificationServer> {
  const { url, handlers, headers = {}, timeoutMs } = options;
  const replays: Replay[] = [];
  let inSetup = false;
  let unanswered = 0;
  const next = (): Replay => {
    const replay = { troubles: [], notAsked: false };
    replays.push(replay);
    return replay;
  };
  const current = (): Replay => replays.at(-1) ?? next();

  async function setState(body: Buffer, response: ServerResponse): Promise<void> {
    const { action, state, params } = JSON.parse(body.toString()) as StateChange;
    if (action === 'setup' && !inSetup) next();
    inSetup = action === 'setup';
    const outcome =
      action === 'setup' && state !== '' ? await handlers.setState(state, params ?? {}, timeoutMs) : {};
    if (outcome.trouble !== undefined) {
      current().troubles.push(outcome.trouble);
      current().notAsked = true;
    }
    answerJson(response, outcome.values ?? {});
  }

  async function produce(body: Buffer, response: ServerResponse): Promise<void> {
    inSetup = false;
    const { description, request } = JSON.parse(body.toString()) as MessageRequest;
    if (current().troubles.length > 0) return answerJson(response, null);
    const outcome = await handlers.produce(description, request?.contents?.content, timeoutMs);
    if (outcome.trouble !== undefined) current().troubles.push(outcome.trouble);
    if (outcome.missing === true) current().notAsked = true;
    response.writeHead(200, { 'content-type': outcome.contentType, ...metadataHeader(outcome.metadata) });
    response.end(outcome.contents);
  }

  async function handOn(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    inSetup = false;
    const replay = current();
    if (replay.troubles.length > 0) return void response.writeHead(500).end(replay.troubles[0]);
    if (url === undefined) {
      replay.troubles.push('verifyProvider was given no url to ask');
      return void response.writeHead(500).end();
    }
    const patienceMs = unanswered >= 2 ? Math.min(shortPatienceMs, timeoutMs) : timeoutMs;
    const answer = await askProvider({ url, request, body, headers, timeoutMs: patienceMs });
    if (answer.kind === 'none') {
      if (answer.timedOut) unanswered += 1;
      replay.troubles.push(answer.because);
      return void response.writeHead(502, { 'content-type': 'text/plain' }).end(answer.because);
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const body = await buffer(request);
      if (request.url === statesPath) return setState(body, response);
      if (request.url === messagesPath) return produce(body, response);
      return handOn(request, body, response);
    };
    serve().catch((error: unknown) => {
      current().troubles.push(`the verification itself broke: ${String(error)}`);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The system gave the verification no port.');
  return {
    port: address.port,
    replays,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface StateChange {
  readonly action: 'setup' | 'teardown';
  readonly state: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

interface MessageRequest {
  readonly description: string;
  /** Of a synchronous message. */
  readonly request?: { readonly contents?: { readonly content?: unknown } };
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function metadataHeader(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  if (Object.keys(metadata).length === 0) return {};
  return { 'pact-message-metadata': Buffer.from(JSON.stringify(metadata)).toString('base64') };
}

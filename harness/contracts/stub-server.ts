import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { typeOf } from './matching/body.ts';
import { readHeader } from './matching/match-headers.ts';
import { type NamedValues, readValues } from './matching/match-values.ts';
import { showMediaType } from './matching/media-type.ts';
import type { ReceivedRequest } from './matching/received-request.ts';
import type { ExampleResponse } from './pact.ts';

/** A request that no promise speaks of. */
export interface UnmatchedRequest {
  readonly request: ReceivedRequest;
  /** Description of what it came nearest to. */
  readonly nearest: string;
  readonly mismatches: readonly string[];
}

/** What a stub does with a request. */
export type Decision =
  | { readonly kind: 'answer'; readonly response: ExampleResponse }
  | { readonly kind: 'miss'; readonly nearest: string; readonly mismatches: readonly string[] };

export interface StubServer extends AsyncDisposable {
  readonly url: string;
  /** Oldest first. */
  readonly requests: ReceivedRequest[];
  readonly unmatched: UnmatchedRequest[];
}

/** Headers that frame the body on the wire: the server's own, whatever a pact has recorded. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** Answers requests as `decide` says, and remembers them. A miss gets 500 and is told what was nearest. */
export async function serveStub(
  host: string,
  decide: (request: ReceivedRequest) => Decision,
): Promise<StubServer> {
  const requests: ReceivedRequest[] = [];
  const unmatched: UnmatchedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await receive(incoming);
    requests.push(request);
    let decision = decided(request, decide);
    if (decision.kind === 'answer') {
      const refusal = answer(outgoing, decision.response);
      if (refusal === undefined) return;
      decision = { kind: 'miss', nearest: 'the interaction that matches', mismatches: [refusal] };
    }
    const { nearest, mismatches } = decision;
    unmatched.push({ request, nearest, mismatches });
    outgoing.writeHead(500, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ error: 'the pact has no such request', nearest, mismatches }));
  }

  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave the stub no port.');
  return {
    url: `http://${host}:${address.port}`,
    requests,
    unmatched,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A request that cannot be compared is one that the pact does not have. */
function decided(request: ReceivedRequest, decide: (request: ReceivedRequest) => Decision): Decision {
  try {
    return decide(request);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      kind: 'miss',
      nearest: '(it could not be compared)',
      mismatches: [`the request could not be compared: ${why}`],
    };
  }
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const { path, query } = splitTarget(incoming.url ?? '/');
  const bytes = await buffer(incoming);
  return {
    method: (incoming.method ?? 'GET').toUpperCase(),
    path,
    query: Object.fromEntries(readValues(query)),
    headers: Object.fromEntries(
      Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
    ),
    headerValues: valuesOf(incoming),
    body: bytes.toString('utf8'),
    bytes,
  };
}

function valuesOf({ headersDistinct }: IncomingMessage): NamedValues {
  return new Map(
    Object.entries(headersDistinct).map(([name, lines = []]) => [
      name,
      lines.flatMap((line) => readHeader(name, line)),
    ]),
  );
}

/** The target as it was sent: dots and double slashes stay; of an absolute one, what comes after the host. */
function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const local = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const [path = '', ...query] = (local.split('#', 1)[0] ?? '').split('?');
  return { path: path || '/', query: query.join('?') };
}

/** Writes an answer; says why it could not be written. */
function answer(outgoing: ServerResponse, { status, headers, body }: ExampleResponse): string | undefined {
  const named = [...headers].filter(([name]) => !framing.has(name.toLowerCase()));
  const hasType = named.some(([name]) => name.toLowerCase() === 'content-type');
  const type = body.kind === 'present' && !hasType ? typeOf(body, undefined) : undefined;
  try {
    for (const [name, values] of named) outgoing.setHeader(name, values.map(onTheWire));
    if (type !== undefined) outgoing.setHeader('content-type', showMediaType(type));
    outgoing.writeHead(status);
  } catch (error) {
    for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name);
    return `the answer in the pact cannot be sent: ${error instanceof Error ? error.message : String(error)}`;
  }
  outgoing.end(body.kind === 'present' ? body.bytes : undefined);
  return undefined;
}

/** Headers travel as bytes; text beyond ASCII goes as UTF-8. */
function onTheWire(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

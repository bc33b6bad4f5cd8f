import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ReceivedRequest } from './match-request.ts';
import type { Body, ExampleResponse } from './pact.ts';

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

/** Answers requests as `decide` says, and remembers them. A miss gets 500 and is told what was nearest. */
export async function serveStub(
  host: string,
  decide: (request: ReceivedRequest) => Decision,
): Promise<StubServer> {
  const requests: ReceivedRequest[] = [];
  const unmatched: UnmatchedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const request = await receive(incoming);
    requests.push(request);
    const decision = decide(request);
    if (decision.kind === 'answer') return answer(outgoing, decision.response);
    const { nearest, mismatches } = decision;
    unmatched.push({ request, nearest, mismatches });
    outgoing.writeHead(500, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ error: 'the pact has no such request', nearest, mismatches }));
  });
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

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://stub');
  const names = [...new Set(url.searchParams.keys())];
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)])),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
    ),
    body: await text(incoming),
  };
}

function answer(outgoing: ServerResponse, { status, headers, body }: ExampleResponse): void {
  const { content, contentType } = written(body);
  const named = Object.entries(headers).map(([name, values]) => [name.toLowerCase(), [...values]]);
  outgoing.writeHead(status, {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...Object.fromEntries(named),
  });
  outgoing.end(content);
}

function written(body: Body): { readonly content?: string; readonly contentType?: string } {
  switch (body.kind) {
    case 'absent':
      return {};
    case 'json':
      return { content: JSON.stringify(body.value), contentType: body.contentType };
    case 'text':
      return { content: body.text, contentType: body.contentType };
  }
}

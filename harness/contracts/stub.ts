import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { StagegateError } from '../model/index.ts';
import { mismatchesOf, type ReceivedRequest, unknownMatchers } from './match-request.ts';
import type { Body, ExampleResponse, Interaction, Pact } from './pact.ts';

/** A provider that answers as a pact says it does. */
export interface PactStub extends AsyncDisposable {
  readonly url: string;
  readonly consumer: string;
  readonly provider: string;
  /** Every request that came, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Those of them that the pact does not have, each with what was nearest. A test expects it to be empty. */
  readonly unmatched: readonly UnmatchedRequest[];
  /**
   * Puts the provider into states: only interactions given exactly in them (or in none) answer from now on.
   * Without arguments, every interaction answers again, the first in the pact that matches.
   * @throws when the pact has no interaction in such a state.
   */
  given(...states: readonly string[]): void;
  /** Forgets requests and states. */
  reset(): void;
}

export interface UnmatchedRequest {
  readonly request: ReceivedRequest;
  readonly nearest: string;
  readonly mismatches: readonly string[];
}

/**
 * Serves a pact's HTTP interactions on `host`, at a port the system picks.
 * @throws `SG_PACT_INVALID` when a rule cannot be applied here, rather than match too much.
 */
export async function startStub(pact: Pact, host = '127.0.0.1'): Promise<PactStub> {
  refuseUnknownMatchers(pact);
  const requests: ReceivedRequest[] = [];
  const unmatched: UnmatchedRequest[] = [];
  let states: readonly string[] = [];

  const server = createServer(async (incoming, outgoing) => {
    const request = await receive(incoming);
    requests.push(request);
    const found = choose(pact, states, request);
    if (found.kind === 'match') return answer(outgoing, found.interaction.response);
    unmatched.push(found.miss);
    outgoing.writeHead(500, { 'content-type': 'application/json' });
    outgoing.end(
      JSON.stringify({
        error: `the pact ${pact.consumer}-${pact.provider} has no such request`,
        ...found.miss,
      }),
    );
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave the stub no port.');

  return {
    url: `http://${host}:${address.port}`,
    consumer: pact.consumer,
    provider: pact.provider,
    requests,
    unmatched,
    given(...wanted) {
      const known = new Set(pact.interactions.flatMap((one) => one.states.map((state) => state.name)));
      const strange = wanted.find((state) => !known.has(state));
      if (strange !== undefined) {
        const names = [...known].map((name) => `"${name}"`).join(', ');
        throw new Error(
          `${pact.consumer}-${pact.provider} has no state "${strange}"; it has ${names || 'none'}.`,
        );
      }
      states = wanted;
    },
    reset() {
      requests.length = 0;
      unmatched.length = 0;
      states = [];
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

function refuseUnknownMatchers(pact: Pact): void {
  const problems = pact.interactions.flatMap((interaction) =>
    unknownMatchers(interaction.request.rules).map(
      (name) =>
        `${pact.file}: "${interaction.description}": a stub cannot apply the matcher "${name}" to a request`,
    ),
  );
  const [first] = problems;
  if (first !== undefined) throw new StagegateError('SG_PACT_INVALID', first, { problems });
}

type Choice =
  | { readonly kind: 'match'; readonly interaction: Interaction }
  | { readonly kind: 'miss'; readonly miss: UnmatchedRequest };

function choose(pact: Pact, states: readonly string[], request: ReceivedRequest): Choice {
  const candidates = pact.interactions
    .map((interaction) => ({ interaction, fit: fitOf(interaction, states) }))
    .filter(({ fit }) => fit !== undefined)
    .sort((a, b) => Number(b.fit) - Number(a.fit))
    .map(({ interaction }) => ({ interaction, mismatches: mismatchesOf(interaction.request, request) }));
  const match = candidates.find(({ mismatches }) => mismatches.length === 0);
  if (match !== undefined) return { kind: 'match', interaction: match.interaction };
  const [nearest] = candidates.toSorted((a, b) => a.mismatches.length - b.mismatches.length);
  return {
    kind: 'miss',
    miss: {
      request,
      nearest: nearest?.interaction.description ?? '(no interaction in this state)',
      mismatches: nearest?.mismatches ?? [],
    },
  };
}

/** 1 for the states asked for, 0 for interactions that need none, undefined for others; all 0 when none was asked for. */
function fitOf(interaction: Interaction, states: readonly string[]): number | undefined {
  if (states.length === 0 || interaction.states.length === 0) return 0;
  return interaction.states.every((state) => states.includes(state.name)) ? 1 : undefined;
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

function answer(outgoing: ServerResponse, example: ExampleResponse): void {
  const { content, contentType } = bodyOf(example.body);
  const headers = Object.fromEntries(
    Object.entries(example.headers).map(([name, values]) => [name.toLowerCase(), [...values]]),
  );
  outgoing.writeHead(example.status, {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...headers,
  });
  outgoing.end(content);
}

function bodyOf(body: Body): { readonly content?: string; readonly contentType?: string } {
  switch (body.kind) {
    case 'absent':
      return {};
    case 'json':
      return { content: JSON.stringify(body.value), contentType: body.contentType };
    case 'text':
      return { content: body.text, contentType: body.contentType };
  }
}

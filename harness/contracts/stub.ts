import { StagegateError } from '../model/index.ts';
import { generated } from './generators.ts';
import { mismatchesOfMessage } from './matching/match-message.ts';
import type { ReceivedRequest } from './matching/received-request.ts';
import { type MatchingRules, unknownRules } from './matching/rules.ts';
import type { ExampleResponse, Pact, PactMessage } from './pact.ts';
import { type GivenState, isState, StubIndex } from './stub-index.ts';
import { type Decision, type StubServer, serveStub, type UnmatchedRequest } from './stub-server.ts';

/** A neighbour that keeps to a pact and to nothing else. */
export interface PactStub extends AsyncDisposable {
  readonly url: string;
  readonly consumer: string;
  readonly provider: string;
  /** Every request that came, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Those of them that the pact does not have, each with what was nearest. A test expects it to be empty. */
  readonly unmatched: readonly UnmatchedRequest[];
  /**
   * Puts the provider into states: only interactions given in them, or in none, answer from now on. A state may name
   * parameters, `{ name: 'there is an order', params: { id: '7' } }`; then only interactions with these answer.
   * Without arguments, every interaction answers again.
   * @throws when the pact has no interaction in such a state.
   */
  given(...states: readonly GivenState[]): void;
  /** Forgets requests and states. */
  reset(): void;
}

const loopback = '127.0.0.1';

/**
 * A provider that answers what it promised its consumer. It listens on `host`, at a port the system picks.
 * @throws `SG_PACT_INVALID` when a rule cannot be applied here, rather than match too much.
 */
export async function startStub(pact: Pact, host = loopback): Promise<PactStub> {
  for (const { description, request } of pact.interactions) refuseUnknown(pact, description, request.rules);
  const index = new StubIndex(pact.interactions);
  const known = pact.interactions.flatMap((one) => one.states);
  let states: readonly GivenState[] = [];
  const server = await serveStub(host, (request) => {
    const decision = index.decide(request, states);
    if (decision.kind === 'miss') return decision;
    const around = { url: server.url, state: parametersOf(states), now: new Date() };
    return { ...decision, response: generated(decision.response, around) };
  });
  return stubOn(server, pact, (wanted) => {
    const strange = wanted.find((state) => !known.some((one) => isState(one, state)));
    if (strange !== undefined) {
      const names = [...new Set(known.map(({ name }) => `"${name}"`))].join(', ');
      const asked =
        typeof strange === 'string'
          ? `"${strange}"`
          : `"${strange.name}" with ${JSON.stringify(strange.params ?? {})}`;
      throw new Error(`${pact.consumer}-${pact.provider} has no state ${asked}; it has ${names || 'none'}.`);
    }
    states = wanted;
  });
}

/**
 * A consumer that takes the messages which its pact with their sender describes, delivered by HTTP in any request; it
 * accepts them with 202, or with the reply that the pact has for them. What else comes is unmatched.
 * @throws `SG_PACT_INVALID` as {@link startStub} does.
 */
export async function startMessageStub(pact: Pact, host = loopback): Promise<PactStub> {
  for (const { description, rules } of pact.messages) refuseUnknown(pact, description, rules);
  const server = await serveStub(host, (request) => decideMessage(pact.messages, request));
  return stubOn(server, pact, (wanted) => {
    if (wanted.length > 0)
      throw new Error(`${pact.consumer} takes messages of ${pact.provider}; it has no states.`);
  });
}

function parametersOf(states: readonly GivenState[]): Readonly<Record<string, unknown>> {
  return Object.assign({}, ...states.map((state) => (typeof state === 'string' ? {} : (state.params ?? {}))));
}

function stubOn(server: StubServer, pact: Pact, given: (states: readonly GivenState[]) => void): PactStub {
  return {
    url: server.url,
    consumer: pact.consumer,
    provider: pact.provider,
    requests: server.requests,
    unmatched: server.unmatched,
    given: (...states) => given(states),
    reset() {
      server.requests.length = 0;
      server.unmatched.length = 0;
      given([]);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function refuseUnknown(pact: Pact, description: string, rules: MatchingRules): void {
  const problems = unknownRules(rules).map(
    (name) => `${pact.file}: "${description}": a stub cannot apply the matcher "${name}"`,
  );
  const [first] = problems;
  if (first !== undefined) throw new StagegateError('SG_PACT_INVALID', first, { problems });
}

/** The first message without a mismatch is accepted; else the one with the fewest is named. */
function decideMessage(messages: readonly PactMessage[], request: ReceivedRequest): Decision {
  const candidates = messages.map((message) => ({
    message,
    mismatches: mismatchesOfMessage(message, request),
  }));
  const match = candidates.find(({ mismatches }) => mismatches.length === 0);
  if (match !== undefined) return { kind: 'answer', response: replyTo(match.message) };
  const [nearest] = candidates.toSorted((a, b) => a.mismatches.length - b.mismatches.length);
  return {
    kind: 'miss',
    nearest: nearest?.message.description ?? '(no message)',
    mismatches: nearest?.mismatches ?? [],
  };
}

function replyTo({ reply }: PactMessage): ExampleResponse {
  return { status: reply.kind === 'present' ? 200 : 202, headers: new Map(), body: reply, generators: [] };
}

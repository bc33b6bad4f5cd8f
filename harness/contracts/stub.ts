import { StagegateError } from '../model/index.ts';
import { mismatchesOf, mismatchesOfMessage, type ReceivedRequest, unknownMatchers } from './match-request.ts';
import type { MatchingRules } from './matching-rules.ts';
import type { ExampleResponse, Interaction, Pact } from './pact.ts';
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
   * Puts the provider into states: only interactions given in them, or in none, answer from now on.
   * Without arguments, every interaction answers again, the first in the pact that matches.
   * @throws when the pact has no interaction in such a state.
   */
  given(...states: readonly string[]): void;
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
  const known = new Set(pact.interactions.flatMap((one) => one.states.map(({ name }) => name)));
  let states: readonly string[] = [];
  const server = await serveStub(host, (request) => answerOf(pact, states, request));
  return stubOn(server, pact, (wanted) => {
    const strange = wanted.find((state) => !known.has(state));
    if (strange !== undefined) {
      const names = [...known].map((name) => `"${name}"`).join(', ');
      throw new Error(
        `${pact.consumer}-${pact.provider} has no state "${strange}"; it has ${names || 'none'}.`,
      );
    }
    states = wanted;
  });
}

/**
 * A consumer that takes the messages which its pact with their sender describes, delivered by HTTP in any request; it
 * accepts them with 202. What else comes is unmatched.
 * @throws `SG_PACT_INVALID` as {@link startStub} does.
 */
export async function startMessageStub(pact: Pact, host = loopback): Promise<PactStub> {
  for (const { description, rules } of pact.messages) refuseUnknown(pact, description, rules);
  const accepted: ExampleResponse = { status: 202, headers: {}, body: { kind: 'absent' } };
  const server = await serveStub(host, (request) =>
    nearestOf(
      pact.messages.map((message) => ({
        description: message.description,
        mismatches: mismatchesOfMessage(message, request),
        response: accepted,
      })),
    ),
  );
  return stubOn(server, pact, (wanted) => {
    if (wanted.length > 0)
      throw new Error(`${pact.consumer} takes messages of ${pact.provider}; it has no states.`);
  });
}

function stubOn(server: StubServer, pact: Pact, given: (states: readonly string[]) => void): PactStub {
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
  const problems = unknownMatchers(rules).map(
    (name) => `${pact.file}: "${description}": a stub cannot apply the matcher "${name}"`,
  );
  const [first] = problems;
  if (first !== undefined) throw new StagegateError('SG_PACT_INVALID', first, { problems });
}

/** Interactions in the states asked for go before those that need none. */
function answerOf(pact: Pact, states: readonly string[], request: ReceivedRequest): Decision {
  const inState = (interaction: Interaction): boolean =>
    interaction.states.length > 0 && interaction.states.every(({ name }) => states.includes(name));
  const stateless = (interaction: Interaction): boolean => interaction.states.length === 0;
  const candidates =
    states.length === 0
      ? pact.interactions
      : [...pact.interactions.filter(inState), ...pact.interactions.filter(stateless)];
  return nearestOf(
    candidates.map(({ description, request: expected, response }) => ({
      description,
      mismatches: mismatchesOf(expected, request),
      response,
    })),
  );
}

interface Candidate {
  readonly description: string;
  readonly mismatches: readonly string[];
  readonly response: ExampleResponse;
}

/** The first candidate without a mismatch answers; else the one with the fewest is named. */
function nearestOf(candidates: readonly Candidate[]): Decision {
  const match = candidates.find(({ mismatches }) => mismatches.length === 0);
  if (match !== undefined) return { kind: 'answer', response: match.response };
  const [nearest] = candidates.toSorted((a, b) => a.mismatches.length - b.mismatches.length);
  return {
    kind: 'miss',
    nearest: nearest?.description ?? '(nothing in this state)',
    mismatches: nearest?.mismatches ?? [],
  };
}

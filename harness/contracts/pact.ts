import type { Body } from './matching/body.ts';
import type { NamedValues } from './matching/match-values.ts';
import type { MatchingRules } from './matching/rules.ts';
import type { Generator } from './read-generators.ts';

/** A contract as read from a file, whatever its specification version (1 to 4). */
export interface Pact {
  readonly consumer: string;
  readonly provider: string;
  readonly interactions: readonly Interaction[];
  readonly messages: readonly PactMessage[];
  /** The file it was read from. */
  readonly file: string;
}

export interface Interaction {
  readonly description: string;
  readonly states: readonly ProviderState[];
  /** The consumer says itself that a failure must not stop anybody yet. */
  readonly pending: boolean;
  readonly request: ExpectedRequest;
  readonly response: ExampleResponse;
}

export interface ProviderState {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface ExpectedRequest {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  readonly query: NamedValues;
  readonly headers: NamedValues;
  readonly body: Body;
  readonly rules: MatchingRules;
}

export interface ExampleResponse {
  readonly status: number;
  readonly headers: NamedValues;
  readonly body: Body;
  /** Values of it that are made anew for each answer. */
  readonly generators: readonly Generator[];
}

/** What a consumer expects of one message that the provider sends. */
export interface PactMessage {
  readonly kind: 'asynchronous' | 'synchronous';
  readonly description: string;
  readonly states: readonly ProviderState[];
  readonly pending: boolean;
  /** Of a synchronous message, what is sent to the provider. */
  readonly contents: Body;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly rules: MatchingRules;
  /** What comes back to a synchronous message: the first of its examples. */
  readonly reply: Body;
}

/** Every provider state that a pact names, once each, in order. */
export function statesOf(pact: Pact): string[] {
  const parts = [...pact.interactions, ...pact.messages];
  return [...new Set(parts.flatMap((part) => part.states.map((state) => state.name)))];
}

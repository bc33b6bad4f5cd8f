import type { MatchingRules } from './matching-rules.ts';

/** A contract as read from a file, whatever its specification version (2 to 4). */
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
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Body;
  readonly rules: MatchingRules;
}

export interface ExampleResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Body;
}

/** `absent`: nothing is said about the body. */
export type Body =
  | { readonly kind: 'absent' }
  | { readonly kind: 'json'; readonly value: unknown; readonly contentType: string }
  | { readonly kind: 'text'; readonly text: string; readonly contentType: string };

/** What a consumer expects of one message that the provider sends. */
export interface PactMessage {
  readonly description: string;
  readonly states: readonly ProviderState[];
  readonly contents: Body;
  readonly rules: MatchingRules;
}

/** Every provider state that a pact names, once each, in order. */
export function statesOf(pact: Pact): string[] {
  const parts = [...pact.interactions, ...pact.messages];
  return [...new Set(parts.flatMap((part) => part.states.map((state) => state.name)))];
}

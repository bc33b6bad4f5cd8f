import { isDeepStrictEqual } from 'node:util';
import { mismatchesOf, mismatchesOfTarget } from './matching/match-request.ts';
import type { ReceivedRequest } from './matching/received-request.ts';
import type { Interaction, ProviderState } from './pact.ts';
import type { Decision } from './stub-server.ts';

/** A state that a test puts the provider into: by name alone, with whatever parameters, or with these. */
export type GivenState = string | { readonly name: string; readonly params?: ProviderState['params'] };

/** Decides about requests by the interactions of a pact, in a time that does not grow with those of other targets. */
export class StubIndex {
  readonly #interactions: readonly Interaction[];
  /** Interactions whose path is one text, by method and path; and all others. */
  readonly #literal: ReadonlyMap<string, readonly Interaction[]>;
  readonly #patterns: readonly Interaction[];
  readonly #order: ReadonlyMap<Interaction, number>;

  constructor(interactions: readonly Interaction[]) {
    this.#interactions = interactions;
    const isLiteral = ({ request }: Interaction): boolean => request.rules.path === undefined;
    this.#literal = Map.groupBy(
      interactions.filter(isLiteral),
      ({ request }) => `${request.method} ${request.path}`,
    );
    this.#patterns = interactions.filter((one) => !isLiteral(one));
    this.#order = new Map(interactions.map((one, index) => [one, index]));
  }

  /**
   * Of the interactions that match in these states the one that says most about the request, as Pact's mock server
   * chooses; the first in the pact among equals. Interactions of the states go before those that need none.
   */
  decide(request: ReceivedRequest, states: readonly GivenState[]): Decision {
    const near = [...(this.#literal.get(`${request.method} ${request.path}`) ?? []), ...this.#patterns];
    const candidates = near
      .filter((one) => isIn(one.states, states))
      .sort((a, b) => this.#rank(a, states) - this.#rank(b, states) || this.#place(a) - this.#place(b));
    const matches = candidates.filter(
      (one) =>
        mismatchesOfTarget(one.request, request).length === 0 &&
        mismatchesOf(one.request, request).length === 0,
    );
    const [first] = matches;
    if (first === undefined) return this.#miss(request, states);
    const rank = this.#rank(first, states);
    const best = matches
      .filter((one) => this.#rank(one, states) === rank)
      .reduce((a, b) => (detail(b) > detail(a) ? b : a));
    return { kind: 'answer', response: best.response };
  }

  /** The nearest interaction by target, and among those of the same target by everything else. */
  #miss(request: ReceivedRequest, states: readonly GivenState[]): Decision {
    const inState = this.#interactions.filter((one) => isIn(one.states, states));
    const byTarget = inState.map((one) => ({ one, target: mismatchesOfTarget(one.request, request).length }));
    const least = Math.min(...byTarget.map(({ target }) => target));
    const [nearest] = byTarget
      .filter(({ target }) => target === least)
      .slice(0, 50)
      .map(({ one }) => ({ description: one.description, mismatches: mismatchesOf(one.request, request) }))
      .sort((a, b) => a.mismatches.length - b.mismatches.length);
    return {
      kind: 'miss',
      nearest: nearest?.description ?? '(nothing in this state)',
      mismatches: nearest?.mismatches ?? [],
    };
  }

  #rank(one: Interaction, states: readonly GivenState[]): number {
    return states.length > 0 && one.states.length === 0 ? 1 : 0;
  }

  #place(one: Interaction): number {
    return this.#order.get(one) ?? 0;
  }
}

/** Without any state asked for, every interaction answers. */
function isIn(needed: readonly ProviderState[], given: readonly GivenState[]): boolean {
  if (given.length === 0) return true;
  return needed.every((state) => given.some((one) => isState(state, one)));
}

export function isState(state: ProviderState, given: GivenState): boolean {
  if (typeof given === 'string') return state.name === given;
  return (
    state.name === given.name &&
    Object.entries(given.params ?? {}).every(
      ([key, value]) => Object.hasOwn(state.params, key) && isDeepStrictEqual(state.params[key], value),
    )
  );
}

function detail({ request }: Interaction): number {
  return request.query.size + request.headers.size + (request.body.kind === 'present' ? 1 : 0);
}

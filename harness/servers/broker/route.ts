import { type Answer, json } from '../http/index.ts';
import type { BrokerEvent } from './events.ts';
import type { BrokerJournal } from './journal.ts';
import type { Links } from './links.ts';
import type { BrokerState } from './state.ts';
import type { Views } from './views.ts';

/** What a resource answers from. */
export interface Ask {
  readonly state: BrokerState;
  readonly links: Links;
  readonly views: Views;
  readonly journal: BrokerJournal;
  /** Of the path, by the names of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** JSON of the request; undefined where there is none. */
  readonly body: unknown;
  /** The same as it came: a number in it is still written as it was. */
  readonly text: string;
  /** This request's own address. */
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** Remembers events and has them in `state` when it resolves. */
  append(events: readonly BrokerEvent[], contents?: readonly string[]): Promise<void>;
  newId(): string;
}

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** `pacticipants/:name`. A route with fewer names in it goes before one with more. */
  readonly path: string;
  readonly answer: (ask: Ask) => Promise<Answer> | Answer;
}

export function route(method: Route['method'], path: string, answer: Route['answer']): Route {
  return { method, path, answer };
}

export const hal = (status: number, body: unknown): Answer =>
  json(status, body, { 'Content-Type': 'application/hal+json;charset=utf-8' });

export const noContent: Answer = { status: 204 };

export function notFound(what = 'The requested document was not found on this server.'): Answer {
  return hal(404, { error: what });
}

/** What was found, as `view` writes it. */
export function halOrNotFound<Found>(
  found: Found | undefined,
  view: (found: Found) => unknown,
  status = 200,
): Answer {
  return found === undefined ? notFound() : hal(status, view(found));
}

/** What is wrong, by the member it is about, as clients of the Pact Broker show it. */
export function invalid(errors: Readonly<Record<string, readonly string[]>>): Answer {
  return hal(400, { errors });
}

/** Finds a route among many; the most literal one wins. */
export function routeFinder(routes: readonly Route[]) {
  const known = routes
    .map((one) => ({ ...one, parts: one.path.split('/').filter((part) => part !== '') }))
    .toSorted((a, b) => names(a.parts) - names(b.parts));
  return (segments: readonly string[]) => {
    const fitting = known.filter(
      ({ parts }) =>
        parts.length === segments.length &&
        parts.every((part, index) => part.startsWith(':') || part === segments[index]),
    );
    const paramsOf = (parts: readonly string[]): Readonly<Record<string, string>> =>
      Object.fromEntries(
        parts.flatMap((part, index) =>
          part.startsWith(':') ? [[part.slice(1), segments[index] ?? '']] : [],
        ),
      );
    return fitting.map((one) => ({ route: one, params: paramsOf(one.parts) }));
  };
}

function names(parts: readonly string[]): number {
  return parts.filter((part) => part.startsWith(':')).length;
}

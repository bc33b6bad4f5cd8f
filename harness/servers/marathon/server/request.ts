import type { IncomingMessage } from 'node:http';
import { type Outcome, ok, parseJson, refused, type Timestamp } from '../definition/index.ts';
import type { Engine } from '../engine.ts';

/** A request as handlers see it. */
export interface ApiRequest {
  readonly engine: Engine;
  readonly method: string;
  /** Without the query, percent-decoded, empty segments left out. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
  readonly raw: IncomingMessage;
}

/** `true` in any case is true, anything else false; `fallback` when the parameter is absent. */
export function flag(query: URLSearchParams, name: string, fallback = false): boolean {
  const value = query.get(name);
  return value === null ? fallback : value.toLowerCase() === 'true';
}

export function idOf(segments: readonly string[]): string {
  return `/${segments.join('/')}`;
}

/** Hands the parsed body on; one that is no JSON is refused. */
export function withBody<T>(
  request: Pick<ApiRequest, 'body'>,
  use: (body: unknown) => Outcome<T>,
): Outcome<T> {
  const parsed = parseJson(request.body);
  return parsed.kind === 'ok' ? use(parsed.value) : parsed;
}

/** Any ISO 8601 time, in the form in which versions are kept. */
export function parseTimestamp(text: string): Outcome<Timestamp> {
  const ms = Date.parse(text);
  if (/^\d{4}-/.test(text) && Number.isFinite(ms)) return ok(new Date(ms).toISOString());
  return refused({ kind: 'bad-argument', message: `Invalid format: "${text}"` });
}

/** The part of the URL that `api_post_event` reports. */
export function uriOf({ raw }: ApiRequest): string {
  return (raw.url ?? '/').split('?', 1)[0] ?? '/';
}

export function clientIpOf({ raw }: ApiRequest): string {
  return raw.socket.remoteAddress ?? 'unknown';
}

import type { IncomingMessage } from 'node:http';
import { parseTarget } from '../../http/index.ts';

/** A request without its body. */
export interface Request {
  readonly method: string;
  /** Without the name of the process that every route may be asked for with: `/master`, `/slave(1)`. */
  readonly path: string;
  /** The parts of `path`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly incoming: IncomingMessage;
  /** Who authenticated; absent when nobody has to. */
  readonly principal?: string;
  /** Whether a page of ours may have the answer as a call of a function that it names (JSONP). */
  readonly jsonp: boolean;
}

/** Null for a malformed target. `processName` is what every route may begin with. */
export function readRequest(incoming: IncomingMessage, processName: string, jsonp: boolean): Request | null {
  const target = parseTarget(incoming.url ?? '/');
  if (target === null) return null;
  const segments = target.segments[0] === processName ? target.segments.slice(1) : target.segments;
  const { query } = target;
  const path = `/${segments.join('/')}`;
  return { method: incoming.method ?? 'GET', path, segments, query, incoming, jsonp };
}

export function header(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** As Mesos reads `Accept`: absent means anything; a quality of zero means no. */
export function acceptsMediaType(incoming: IncomingMessage, mediaType: string): boolean {
  const accept = header(incoming, 'accept');
  if (accept === undefined) return true;
  const [type] = mediaType.split('/');
  return accept.split(',').some((entry) => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return false;
    return range === '*/*' || range === mediaType || range === `${type}/*`;
  });
}

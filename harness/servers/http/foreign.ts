import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isRepeated } from './listening.ts';
import { parseTarget } from './target.ts';

/** Who else may speak to a server, besides clients and pages that came to it by a loopback name or its own address. */
export interface ForeignRules {
  /** Host names, without a port, by which clients may call this server. */
  readonly hosts?: readonly string[];
  /** Origins (`https://host:port`) whose pages may use this server. */
  readonly origins?: readonly string[];
}

export interface Refusal {
  readonly status: 400 | 403;
  readonly message: string;
}

/**
 * Refuses what a web page of somebody else could make a browser send; undefined when the request may go on.
 *
 * - A foreign `Host` is a page whose own name was pointed at this address (DNS rebinding).
 * - A foreign `Origin`, or `Sec-Fetch-Site` other than `same-origin` and `none`, is a form, script, frame, fetch or
 *   WebSocket of another page. Following a link to a page of ours is allowed; that can read nothing and change nothing.
 *
 * Clients that are no browser send neither header and pass; credentials are for them.
 */
export function refuseForeign(incoming: IncomingMessage, rules: ForeignRules = {}): Refusal | undefined {
  if (isRepeated(incoming, 'host')) return { status: 400, message: 'More than one Host header' };
  const target = parseTarget(incoming.url ?? '/');
  if (target === null) return { status: 400, message: 'Malformed request target' };
  for (const authority of [incoming.headers.host, target.authority]) {
    if (authority !== undefined && !isOurs(authority, incoming, rules)) {
      return { status: 403, message: `This server is not ${printable(authority)}: Host header refused` };
    }
  }
  const origin = incoming.headers.origin;
  if (origin !== undefined) {
    return isOwnOrigin(origin, incoming) || rules.origins?.includes(origin)
      ? undefined
      : { status: 403, message: `Pages of ${printable(origin)} may not use this server` };
  }
  const site = incoming.headers['sec-fetch-site'];
  if (rules.origins?.includes(originOf(incoming.headers.referer ?? '')) === true) return undefined;
  if (site === undefined || site === 'same-origin' || site === 'none' || followsLink(incoming))
    return undefined;
  return { status: 403, message: 'Pages of other origins may not use this server' };
}

function isOurs(authority: string, incoming: IncomingMessage, { hosts = [] }: ForeignRules): boolean {
  const name = hostName(authority);
  return name !== null && (isLoopback(name) || name === ownAddress(incoming) || hosts.includes(name));
}

/** Without the port and the brackets of an IPv6 address, in lower case; null when it is no host at all. */
function hostName(authority: string): string | null {
  const { v6, name } =
    /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[^:[\]]*))(?::\d{1,5})?$/i.exec(authority)?.groups ?? {};
  const found = v6 ?? name?.replace(/\.$/, '');
  return found === undefined || found === '' ? null : found.toLowerCase();
}

function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

function ownAddress({ socket }: IncomingMessage): string | undefined {
  return socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, '');
}

function isOwnOrigin(origin: string, { headers }: IncomingMessage): boolean {
  return headers.host !== undefined && origin.toLowerCase() === `http://${headers.host.toLowerCase()}`;
}

/** Scripts of a page are asked for without an `Origin`; the page is then told by the `Referer` alone. */
function originOf(page: string): string {
  return URL.canParse(page) ? new URL(page).origin : '';
}

function followsLink({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

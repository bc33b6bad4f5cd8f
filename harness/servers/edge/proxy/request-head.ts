import { type Framing, framingOf, noBody } from './framing.ts';
import { type Field, parseHead } from './head.ts';
import { connectionOptions } from './hop-by-hop.ts';

/** A request's head, checked, without the fields of its connection. */
export interface RequestHead {
  readonly method: string;
  /** In origin form (`/path?query`), or `*` of OPTIONS. */
  readonly target: string;
  /** Sent by HTTP/1.0: no chunks, no interim answers, and the connection closes unless asked otherwise. */
  readonly isOld: boolean;
  readonly host: string | null;
  readonly fields: readonly Field[];
  readonly framing: Framing;
  readonly keepAlive: boolean;
  readonly upgrade: string | null;
  readonly requestId: string | null;
  readonly forwarded: {
    readonly for: string | null;
    readonly host: string | null;
    readonly proto: string | null;
  };
}

export interface BadRequest {
  readonly status: 400 | 405 | 501 | 505;
  readonly why: string;
}

const requestLine = /^(?<method>[!#$%&'*+.^_`|~\w-]+) (?<target>[!"$-~]+) HTTP\/(?<major>\d)\.(?<minor>\d)$/;
const absoluteTarget = /^https?:\/\/(?<authority>[^/?@]+)(?<rest>.*)$/i;
/** A name or an address, and a port. */
const hostValue = /^(?:\[[0-9a-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d{0,5})?$/i;

/** Reads the head of a request; `text` ends with the CRLF of its last line. Never throws. */
export function parseRequestHead(text: string): RequestHead | BadRequest {
  const head = parseHead(text);
  if (head === null) return bad('a header line is malformed');
  const line = requestLine.exec(head.start)?.groups;
  if (line === undefined) return bad('the request line is malformed');
  const { method = '', major, minor } = line;
  if (major !== '1') return { status: 505, why: `HTTP/${major}.${minor} is not spoken here` };
  if (method === 'CONNECT') return { status: 405, why: 'CONNECT is not allowed' };
  const isOld = minor === '0';
  const host = hostOf(head.fields);
  if (typeof host === 'object' && host !== null) return host;
  if (host === null && !isOld) return bad('it has no Host header');
  const target = originForm(method, line.target ?? '', host);
  if ('why' in target) return target;
  const framing = framingOf(head.fields);
  if (framing.kind === 'malformed') return bad('its length is malformed');
  if (framing.kind === 'unknown-coding') return { status: 501, why: 'the only transfer coding is chunked' };
  if (framing.kind === 'chunked' && isOld) return bad('HTTP/1.0 has no transfer codings');
  const options = connectionOptions(head.fields);
  const ambiguous = framing.kind === 'chunked' && head.fields.some(({ key }) => key === 'content-length');
  return {
    method,
    ...target,
    isOld,
    framing: framing.kind === 'unsaid' ? noBody : framing,
    keepAlive: !options.close && !ambiguous && (!isOld || options.keepAlive),
    upgrade: isOld ? null : options.upgrade,
    ...passedOn(head.fields, options.dropped),
  };
}

function bad(why: string): BadRequest {
  return { status: 400, why };
}

/** Null when there is none. Several that say the same are one, as for HAProxy. */
function hostOf(fields: readonly Field[]): string | null | BadRequest {
  let host: string | null = null;
  for (const { key, value } of fields) {
    if (key !== 'host') continue;
    if (!hostValue.test(value)) return bad('its Host header is malformed');
    if (host !== null && host !== value) return bad('it has two Host headers that differ');
    host = value;
  }
  return host;
}

/** An absolute target must name the same host as the Host header: nobody may be told another one than the next server. */
function originForm(
  method: string,
  target: string,
  host: string | null,
): { readonly target: string; readonly host: string | null } | BadRequest {
  if (target.startsWith('/')) return { target, host };
  if (target === '*' && method === 'OPTIONS') return { target, host };
  const { authority, rest = '' } = absoluteTarget.exec(target)?.groups ?? {};
  if (authority === undefined || !hostValue.test(authority)) return bad('its target is malformed');
  if (host !== null && host.toLowerCase() !== authority.toLowerCase()) {
    return bad('its target and its Host header name different hosts');
  }
  return { target: rest.startsWith('/') ? rest : `/${rest}`, host: authority };
}

/** Fields to pass on as they are; Host and those that the edge extends are told apart. */
function passedOn(
  fields: readonly Field[],
  dropped: ReadonlySet<string>,
): Pick<RequestHead, 'fields' | 'requestId' | 'forwarded'> {
  const kept: Field[] = [];
  let requestId: string | null = null;
  let clients: string | null = null;
  let host: string | null = null;
  let proto: string | null = null;
  for (const field of fields) {
    switch (field.key) {
      case 'host':
        break;
      case 'x-request-id':
        requestId ??= field.value;
        break;
      case 'x-forwarded-for':
        clients = clients === null ? field.value : `${clients}, ${field.value}`;
        break;
      case 'x-forwarded-host':
        host ??= field.value;
        break;
      case 'x-forwarded-proto':
        proto ??= field.value;
        break;
      default:
        if (!dropped.has(field.key)) kept.push(field);
    }
  }
  return { fields: kept, requestId, forwarded: { for: clients, host, proto } };
}

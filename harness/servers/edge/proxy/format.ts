import type { Framing } from './framing.ts';
import { formatFields } from './head.ts';
import type { RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';

export interface Forwarding {
  /** Address of the client. */
  readonly client: string;
  /** Address of the backend, the Host of a request that names none. */
  readonly backend: string;
  readonly requestId: string;
}

/** The head of a request as the backend gets it. Who asked, for what host, is in the usual `X-Forwarded-*` fields. */
export function formatRequest(head: RequestHead, { client, backend, requestId }: Forwarding): string {
  const { forwarded, framing, upgrade } = head;
  const host = head.host ?? backend;
  const clients = forwarded.for === null ? client : `${forwarded.for}, ${client}`;
  return (
    `${head.method} ${head.target} HTTP/1.1\r\nhost: ${host}\r\n` +
    formatFields(head.fields) +
    `x-forwarded-for: ${clients}\r\nx-forwarded-host: ${forwarded.host ?? host}\r\n` +
    `x-forwarded-proto: ${forwarded.proto ?? 'http'}\r\nx-request-id: ${requestId}\r\n` +
    framingFields(framing) +
    (upgrade === null ? '\r\n' : `connection: upgrade\r\nupgrade: ${upgrade}\r\n\r\n`)
  );
}

/** How the client gets the body: a client of HTTP/1.0 knows no chunks. */
export function framingFor({ framing }: ResponseHead, client: RequestHead): Framing {
  return framing.kind === 'chunked' && client.isOld ? { kind: 'until-close' } : framing;
}

export function formatResponse(head: ResponseHead, client: RequestHead, keepAlive: boolean): string {
  const framing = framingFor(head, client);
  return (
    statusLine(head) +
    formatFields(head.fields) +
    (framing.kind === 'none' ? emptyBody(head, client) : framingFields(framing)) +
    (keepAlive ? (client.isOld ? 'connection: keep-alive\r\n\r\n' : '\r\n') : 'connection: close\r\n\r\n')
  );
}

/** A 1xx that is not the answer yet. */
export function formatInterim(head: ResponseHead): string {
  return `${statusLine(head)}${formatFields(head.fields)}\r\n`;
}

export function formatSwitch(head: ResponseHead, asked: string): string {
  return `${statusLine(head)}${formatFields(head.fields)}connection: upgrade\r\nupgrade: ${head.upgrade ?? asked}\r\n\r\n`;
}

function statusLine({ status, reason }: ResponseHead): string {
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

function framingFields(framing: Framing): string {
  if (framing.kind === 'length') return `content-length: ${framing.bytes}\r\n`;
  return framing.kind === 'chunked' ? 'transfer-encoding: chunked\r\n' : '';
}

function emptyBody({ status, lengthOfAbsent }: ResponseHead, { method }: RequestHead): string {
  if (lengthOfAbsent !== null) return `content-length: ${lengthOfAbsent}\r\n`;
  return method === 'HEAD' || status === 204 || status === 304 ? '' : 'content-length: 0\r\n';
}

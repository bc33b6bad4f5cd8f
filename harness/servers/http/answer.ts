import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer that is not a stream. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export const json = (status: number, value: unknown, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

export const text = (status: number, body: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  body,
});

/** How long a client whose body is not wanted may go on sending before its connection is cut, in milliseconds. */
const drainMs = 10_000;

/**
 * Writes the answer whatever it holds: a status outside 200 to 599 becomes 500, and characters that a header must not
 * have become spaces. Does nothing when the client has left or an answer has begun.
 */
export function send(incoming: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const body = writeHead(incoming, response, answer);
  response.end(body);
}

/**
 * Answers a request whose body was not read. The answer goes out at once, but the exchange ends only when the body has:
 * a client that is cut off while it sends would never see the answer. One that goes on and on is cut all the same.
 */
export function refuse(incoming: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  if (incoming.complete) {
    send(incoming, response, answer);
    return;
  }
  const body = writeHead(incoming, response, answer);
  response.flushHeaders();
  if (body.length > 0) response.write(body);
  const cut = setTimeout(() => incoming.destroy(), drainMs);
  incoming.once('end', () => response.end());
  incoming.once('close', () => clearTimeout(cut));
  incoming.resume();
}

/** Returns what is to be written as the body: nothing for HEAD. */
function writeHead(incoming: IncomingMessage, response: ServerResponse, answer: Answer): string | Buffer {
  const { status, headers = {}, body = '' } = answer;
  const isFinal = Number.isInteger(status) && status >= 200 && status <= 599;
  const clean = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) clean.set(name, value.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' '));
  }
  if (status !== 204 && status !== 304) clean.set('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(isFinal ? status : 500, [...clean].flat());
  return incoming.method === 'HEAD' ? '' : body;
}

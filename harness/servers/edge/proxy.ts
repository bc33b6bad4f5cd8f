import {
  type ClientRequest,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { forwardedHeaders, passedOn } from './headers.ts';
import type { Backend, Backends } from './route.ts';

/** Methods that may be sent twice without harm when a connection broke before an answer came (RFC 9110 §9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One app's proxy: each request goes to one backend, over a connection of its own so that none can be stale. */
export interface ProxyOptions {
  readonly appId: string;
  readonly backends: Backends;
  /** How long a request waits for a healthy task when the app has tasks, in milliseconds. */
  readonly patienceMs: number;
}

/** Forwards one request and its answer, streaming both ways. */
export async function forward(
  options: ProxyOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const tried = new Set<Backend>();
  for (;;) {
    const backend = await nextBackend(options, tried, response);
    if (backend === undefined) return refuse(options, tried, response);
    const outcome = await attempt(options.backends, backend, request, response);
    if (outcome === 'done') return;
    tried.add(backend);
  }
}

/** Connects a WebSocket or another upgraded connection through to a backend. */
export async function forwardUpgrade(
  options: ProxyOptions,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
): Promise<void> {
  client.on('error', () => client.destroy());
  const backend = options.backends.pick(new Set());
  if (backend === undefined) {
    client.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  backend.active += 1;
  client.once('close', () => options.backends.release(backend));
  const upstream = open(backend, request, {
    connection: 'Upgrade',
    upgrade: String(request.headers.upgrade ?? 'websocket'),
  });
  upstream.once('error', () => client.destroy());
  client.once('close', () => upstream.destroy());
  upstream.once('response', (answer) => {
    client.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${rawHeaders(answer)}\r\n`);
    pipeline(answer, client, () => client.destroy());
  });
  upstream.once('upgrade', (answer: IncomingMessage, socket: Socket, first: Buffer) => {
    client.write(`HTTP/1.1 101 Switching Protocols\r\n${rawHeaders(answer)}\r\n`);
    if (first.length > 0) client.write(first);
    if (head.length > 0) socket.write(head);
    pipeline(socket, client, () => client.destroy());
    pipeline(client, socket, () => socket.destroy());
  });
  upstream.end();
}

async function nextBackend(
  { backends, patienceMs }: ProxyOptions,
  tried: ReadonlySet<Backend>,
  response: ServerResponse,
): Promise<Backend | undefined> {
  const found = backends.pick(tried);
  if (found !== undefined || !backends.expected) return found;
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(patienceMs)]);
  try {
    while (!signal.aborted) {
      await backends.changed(signal);
      const appeared = backends.pick(tried);
      if (appeared !== undefined) return appeared;
    }
    return undefined;
  } finally {
    response.off('close', leave);
  }
}

/** `retry`: the backend has certainly not acted on the request, or may safely be asked again. */
function attempt(
  backends: Backends,
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<'done' | 'retry'> {
  return new Promise((resolve) => {
    backend.active += 1;
    const upstream = open(backend, request, {});
    let sending = false;
    let ended = false;
    const end = (outcome: 'done' | 'retry'): void => {
      if (ended) return;
      ended = true;
      backends.release(backend);
      response.off('close', abandon);
      resolve(outcome);
    };
    const abandon = (): void => {
      upstream.destroy();
      end('done');
    };
    response.once('close', abandon);
    upstream.once('error', () => {
      if (ended) return;
      const bodyless = safeMethods.has(request.method ?? '') && request.readableEnded;
      if (!response.headersSent && (!sending || bodyless)) return end('retry');
      if (!response.headersSent) {
        answerError(
          response,
          502,
          `${backend.host}:${backend.port} closed the connection before it answered`,
        );
      } else response.destroy();
      end('done');
    });
    upstream.once('socket', (socket: Socket) => {
      const send = (): void => {
        sending = true;
        if (request.readableEnded) upstream.end();
        else request.pipe(upstream);
      };
      if (socket.connecting) socket.once('connect', send);
      else send();
    });
    upstream.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer));
      pipeline(answer, response, () => end('done'));
    });
  });
}

function open(backend: Backend, request: IncomingMessage, extra: Record<string, string>): ClientRequest {
  return openRequest({
    host: backend.host,
    port: backend.port,
    method: request.method,
    path: request.url,
    headers: { ...passedOn(request), ...bodyFraming(request), ...forwardedHeaders(request), ...extra },
    agent: false,
    setDefaultHeaders: false,
  });
}

/** A body of unknown length goes on in chunks; without this it would be cut to nothing. */
function bodyFraming(request: IncomingMessage): Record<string, string> {
  return request.headers['transfer-encoding'] === undefined
    ? { connection: 'close' }
    : { connection: 'close', 'transfer-encoding': 'chunked' };
}

function refuse(
  { appId, backends, patienceMs }: ProxyOptions,
  tried: ReadonlySet<Backend>,
  response: ServerResponse,
): void {
  const untried = backends.expected ? `it had no healthy task for ${patienceMs} ms` : 'it has no task';
  const why = tried.size > 0 ? `none of its ${tried.size} healthy tasks took the connection` : untried;
  answerError(response, 503, `${appId}: ${why}`);
}

function answerError(response: ServerResponse, status: number, message: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ error: 'no-backend', message }));
}

function rawHeaders(answer: IncomingMessage): string {
  let lines = '';
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    lines += `${answer.rawHeaders[index]}: ${answer.rawHeaders[index + 1]}\r\n`;
  }
  return lines;
}

import type { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuse, text } from './answer.ts';
import { type ForeignRules, refuseForeign } from './foreign.ts';
import { close, listen, urlOf } from './listening.ts';

export interface HttpServer extends AsyncDisposable {
  readonly url: URL;
  readonly port: number;
  /** Cuts every connection and goes on listening, as a process that died and came back. */
  cutConnections(): void;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 or absent: the system picks. */
  readonly port?: number;
  /** Limits that differ from {@link defaults}. */
  readonly limits?: ServerOptions;
  /** Absent: loopback names, this server's own address and its own pages only. */
  readonly foreign?: ForeignRules;
  /** Answers one request. What it throws, at once or later, becomes a 500. */
  readonly answer: (incoming: IncomingMessage, response: ServerResponse) => Promise<void> | void;
  /** A defect of ours: what `answer` threw. The client has got its 500, or a cut connection where an answer had begun. */
  readonly onDefect?: (error: unknown, incoming: IncomingMessage) => void;
}

/** Bounds on what a client may make a server keep. Sizes in bytes, times in milliseconds. */
const defaults = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 30_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 60_000,
} satisfies ServerOptions;

/** Listens and answers. Nothing a client sends ends the process. @throws when the address cannot be had */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer({ ...defaults, ...options.limits }, (incoming, response) => {
    ignoreErrors(incoming);
    ignoreErrors(response);
    const refusal = refuseForeign(incoming, options.foreign);
    if (refusal !== undefined)
      return refuse(incoming, response, text(refusal.status, `${refusal.message}\n`));
    void answerSafely(options, incoming, response);
  });
  server.on('clientError', answerMalformed);
  const port = await listen(server, options.host, options.port);
  return {
    url: urlOf(options.host, port),
    port,
    cutConnections: () => server.closeAllConnections(),
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function answerSafely(
  { answer, onDefect }: HttpServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await answer(incoming, response);
  } catch (error) {
    onDefect?.(error, incoming);
    if (response.headersSent) response.destroy();
    else refuse(incoming, response, text(500, 'Internal error\n'));
  }
}

/** A peer that leaves in the middle is not an error of ours; without a listener it would end the process. */
function ignoreErrors(stream: Pick<EventEmitter, 'on'>): void {
  stream.on('error', () => {});
}

const malformed = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', '413 Payload Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  ignoreErrors(socket);
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = malformed.get(error.code ?? '') ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

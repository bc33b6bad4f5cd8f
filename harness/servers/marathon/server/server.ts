import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { TooManyDeployments } from '../deployments/changes.ts';
import type { Engine } from '../engine.ts';
import { streamEvents } from '../events/stream.ts';
import { type Jobs, routeJobs } from '../jobs/index.ts';
import { type AccessRules, refuseAccess } from './access.ts';
import { problem, type Reply } from './reply.ts';
import type { ApiRequest } from './request.ts';
import { type Methods, route } from './routes.ts';
import type { ServerIdentity } from './system.ts';

const longestBodyBytes = 16 * 1024 * 1024;

export interface ApiServerOptions extends AccessRules {
  readonly engine: Engine;
  readonly jobs: Jobs;
  readonly host: string;
  readonly port: number;
  readonly identity: Pick<ServerIdentity, 'frameworkName' | 'masterUrl'>;
  readonly onError: (error: unknown) => void;
}

/** Marathon's REST API over the engine. */
export class ApiServer implements AsyncDisposable {
  readonly #options: ApiServerOptions;
  readonly #server: Server;
  #identity: ServerIdentity;

  private constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#identity = { ...options.identity, host: options.host, port: options.port };
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Resolves when it listens. */
  static async listen(options: ApiServerOptions): Promise<ApiServer> {
    const api = new ApiServer(options);
    api.#server.listen(options.port, options.host);
    await once(api.#server, 'listening');
    const address = api.#server.address();
    if (address !== null && typeof address === 'object') {
      api.#identity = { ...api.#identity, port: address.port };
    }
    return api;
  }

  get url(): URL {
    return new URL(`http://${this.#identity.host}:${this.#identity.port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const reply = refuseAccess(request, this.#options) ?? (await this.#answer(request, response));
      if (reply !== undefined) this.#write(request, response, reply);
    } catch (error) {
      if (!(error instanceof TooManyDeployments)) this.#options.onError(error);
      const status = error instanceof TooManyDeployments ? 403 : 500;
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) this.#write(request, response, problem(status, message));
      else response.destroy();
    }
  }

  /** Undefined when the answer is the event stream. */
  async #answer(raw: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> {
    const url = raw.url ?? '/';
    const [path = '/'] = url.split('?', 1);
    const segments = decode(path);
    if (segments === undefined) return problem(400, `Malformed path: ${path}`);
    const query = new URLSearchParams(url.slice(path.length));
    const { engine } = this.#options;
    if (segments.join('/') === 'v2/events') return serveEvents({ engine, raw, response, query });
    const method = raw.method === 'HEAD' ? 'GET' : (raw.method ?? 'GET');
    const request: Omit<ApiRequest, 'body'> = { engine, method, segments, query, raw };
    const refusal = refuseBody(raw);
    if (refusal !== undefined) return refusal;
    const body = await readBody(raw);
    if (body === undefined) return problem(413, `The body is longer than ${longestBodyBytes} bytes`);
    const methods = this.#route({ ...request, body });
    if (methods === undefined) return problem(404, 'URI not found');
    const handler = Object.entries(methods).find(([name]) => name === method)?.[1];
    if (handler !== undefined) return handler();
    return { ...problem(405, 'Method Not Allowed'), headers: { Allow: Object.keys(methods).join(', ') } };
  }

  /** `/v1` is Metronome's part of the house. */
  #route(request: ApiRequest): Methods | undefined {
    const [first, ...rest] = request.segments;
    const { engine, jobs } = this.#options;
    if (first !== 'v1') return route(request, this.#identity);
    return routeJobs({ jobs, request, now: engine.clock.now() }, rest);
  }

  #write(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
    const { host, port } = this.#identity;
    const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body));
    response.writeHead(reply.status, {
      ...(text === '' ? {} : { 'Content-Type': 'application/json' }),
      ...(reply.status === 204 ? {} : { 'Content-Length': Buffer.byteLength(text) }),
      'X-Marathon-Leader': `http://${host}:${port}`,
      'Cache-Control': 'no-cache, no-store, must-revalidate',
      Pragma: 'no-cache',
      Expires: '0',
      ...reply.headers,
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  }
}

/** Undefined when an escape is broken. Empty segments mean nothing: `/v2/apps//a` is `/v2/apps/a`. */
function decode(path: string): readonly string[] | undefined {
  try {
    return decodeURIComponent(path)
      .split('/')
      .filter((segment) => segment !== '');
  } catch {
    return undefined;
  }
}

function serveEvents(stream: {
  readonly engine: Engine;
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}): Reply | undefined {
  const { engine, raw, response, query } = stream;
  if (raw.method !== 'GET' || !/text\/event-stream/i.test(raw.headers.accept ?? '')) {
    return { ...problem(405, 'Method Not Allowed'), headers: { Allow: 'GET' } };
  }
  const types = new Set(query.getAll('event_type'));
  streamEvents(engine.bus, engine.clock, { request: raw, response, types });
  return undefined;
}

/** Only JSON is taken; a request without a body may say what it likes. */
function refuseBody({ method, headers }: IncomingMessage): Reply | undefined {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return undefined;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (!hasBody || type.trim().toLowerCase() === 'application/json') return undefined;
  return problem(415, 'Unsupported Media Type');
}

/** Undefined when it is too long; what is left of it is not kept. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes <= longestBodyBytes) parts.push(part);
  }
  return bytes > longestBodyBytes ? undefined : Buffer.concat(parts).toString('utf8');
}

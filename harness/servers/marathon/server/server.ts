import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ForeignRules,
  type HttpServer,
  parseTarget,
  readBody,
  refuse,
  send,
  startHttpServer,
} from '../../http/index.ts';
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
  readonly foreign: ForeignRules;
  readonly identity: Pick<ServerIdentity, 'frameworkName' | 'masterUrl'>;
  readonly onError: (error: unknown) => void;
}

/** Marathon's REST API over the engine. Resolves when it listens. */
export async function startApiServer(options: ApiServerOptions): Promise<HttpServer> {
  const { host, port, foreign, onError } = options;
  const server = await startHttpServer({
    host,
    port,
    foreign,
    onDefect: onError,
    answer: (incoming, response) => api.serve(incoming, response),
  });
  const api = new Api(options, { ...options.identity, host, port: server.port });
  return server;
}

class Api {
  readonly #options: ApiServerOptions;
  readonly #identity: ServerIdentity;

  constructor(options: ApiServerOptions, identity: ServerIdentity) {
    this.#options = options;
    this.#identity = identity;
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refuseAccess(incoming, this.#options) ?? refuseBody(incoming);
    if (refusal !== undefined) return refuse(incoming, response, this.#answerOf(refusal));
    const target = parseTarget(incoming.url ?? '/');
    if (target === null) {
      return refuse(incoming, response, this.#answerOf(problem(400, 'Malformed request target')));
    }
    const { engine } = this.#options;
    const { segments, query } = target;
    if (segments.join('/') === 'v2/events') {
      const reply = serveEvents({ engine, raw: incoming, response, query });
      return reply === undefined ? undefined : refuse(incoming, response, this.#answerOf(reply));
    }
    const body = await readBody(incoming, longestBodyBytes);
    if (body.kind === 'broken') return void response.destroy();
    if (body.kind === 'too-large') {
      const reply = problem(413, `The body is longer than ${longestBodyBytes} bytes`);
      return refuse(incoming, response, this.#answerOf(reply));
    }
    const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET');
    const text = body.bytes.toString('utf8');
    const reply = this.#answer({ engine, method, segments, query, body: text, raw: incoming });
    send(incoming, response, this.#answerOf(reply));
  }

  #answer(request: ApiRequest): Reply {
    const methods = this.#route(request);
    if (methods === undefined) return problem(404, 'URI not found');
    const handler = Object.entries(methods).find(([name]) => name === request.method)?.[1];
    if (handler === undefined) {
      return { ...problem(405, 'Method Not Allowed'), headers: { Allow: Object.keys(methods).join(', ') } };
    }
    try {
      return handler();
    } catch (error) {
      if (error instanceof TooManyDeployments) return problem(403, error.message);
      throw error;
    }
  }

  /** `/v1` is Metronome's part of the API. */
  #route(request: ApiRequest): Methods | undefined {
    const [first, ...rest] = request.segments;
    const { engine, jobs } = this.#options;
    if (first !== 'v1') return route(request, this.#identity);
    return routeJobs({ jobs, request, now: engine.clock.now() }, rest);
  }

  #answerOf(reply: Reply): Parameters<typeof send>[2] {
    const { host, port } = this.#identity;
    const body = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body));
    return {
      status: reply.status,
      body,
      headers: {
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
        'X-Marathon-Leader': `http://${host}:${port}`,
        'Cache-Control': 'no-cache, no-store, must-revalidate',
        Pragma: 'no-cache',
        Expires: '0',
        'X-Content-Type-Options': 'nosniff',
        ...reply.headers,
      },
    };
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

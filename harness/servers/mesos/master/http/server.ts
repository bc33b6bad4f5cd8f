import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpFront, openHttpFront } from '../../http-front.ts';
import type { MasterCore } from '../core.ts';
import { authenticate, type Credentials } from './auth.ts';
import { type Body, type Request, readBody } from './request.ts';
import { type Answer, send, text } from './respond.ts';
import { route } from './routes.ts';

/** What a client that sends too much may go on sending while it is told so, before its connection is cut. */
const drainMs = 10_000;
const requestMs = 60_000;

export type MasterHttp = HttpFront<MasterCore>;

export interface MasterHttpOptions {
  readonly host: string;
  /** 0: the system picks. */
  readonly port: number;
  readonly credentials?: Credentials;
}

/** Listens; whoever is served later answers. */
export function listen({ host, port, credentials }: MasterHttpOptions): Promise<MasterHttp> {
  return openHttpFront({
    host,
    port,
    server: { requestTimeout: requestMs },
    answer: (core, incoming, response) => answer(core, credentials, incoming, response),
    onDefect: (core, incoming, error) =>
      core.context.log({ level: 'error', text: `${incoming.method} ${incoming.url}: ${String(error)}` }),
  });
}

async function answer(
  core: MasterCore,
  credentials: Credentials | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = parseTarget(incoming.url ?? '/');
  if (target === null) return send(incoming, response, text(400, 'Malformed request target'));
  const identity = authenticate(incoming, target.path, credentials);
  if ('refusal' in identity) return finish(incoming, response, identity.refusal);
  const request: Request = { method: incoming.method ?? 'GET', ...target, ...identity, incoming };
  const body = await readBody(incoming, core.context.flags.maxBodyBytes);
  if (body.kind !== 'whole') return refuseBody(core, incoming, response, body);
  const result = route(core, request, body.bytes, response);
  if (result !== null) await send(incoming, response, result);
}

/** Every route also exists under `/master`. Empty parts of a path do not count, as for libprocess. */
function parseTarget(target: string): { readonly path: string; readonly query: URLSearchParams } | null {
  try {
    const url = new URL(target.replace(/^\/+/, '/'), 'http://master');
    const parts = url.pathname.split('/').filter((part) => part !== '');
    if (parts[0] === 'master') parts.shift();
    return { path: `/${parts.join('/')}`, query: url.searchParams };
  } catch {
    return null;
  }
}

async function refuseBody(
  core: MasterCore,
  incoming: IncomingMessage,
  response: ServerResponse,
  { kind }: Body,
): Promise<void> {
  if (kind === 'broken') {
    response.destroy();
    return;
  }
  const limit = core.context.flags.maxBodyBytes;
  await finish(incoming, response, text(413, `The body is over the limit of ${limit} bytes`));
}

/**
 * Answers a request whose body is not wanted. The answer goes out at once, but the exchange ends only when the body
 * has: a client that is cut off while it sends would never see the answer. One that goes on and on is cut all the same.
 */
async function finish(incoming: IncomingMessage, response: ServerResponse, refusal: Answer): Promise<void> {
  if (incoming.complete) return send(incoming, response, refusal);
  const body = Buffer.from(refusal.body ?? '');
  response.writeHead(refusal.status, { ...refusal.headers, 'Content-Length': String(body.length) });
  response.write(body);
  const cut = setTimeout(() => incoming.destroy(), drainMs);
  incoming.once('end', () => response.end());
  incoming.once('close', () => clearTimeout(cut));
  incoming.resume();
}

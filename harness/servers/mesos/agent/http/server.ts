import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpFront, openHttpFront } from '../../http-front.ts';
import { authenticate, type Credentials } from '../../master/http/auth.ts';
import { send, text } from '../../master/http/respond.ts';
import { route } from './routes.ts';
import type { AgentView } from './view.ts';

export interface AgentServerOptions {
  readonly host: string;
  /** 0: the system picks. */
  readonly port: number;
  /** Asked for on every route but /health and /version. */
  readonly credentials?: Credentials;
}

export type AgentServer = HttpFront<AgentView>;

/** Listens at once, so that the port is known when the agent describes itself. */
export function startAgentServer({ host, port, credentials }: AgentServerOptions): Promise<AgentServer> {
  return openHttpFront({
    host,
    port,
    server: { requestTimeout: noLimit },
    answer: (view, incoming, response) => answer(view, credentials, incoming, response),
  });
}

/** What a person types into a session is one request. */
const noLimit = 0;

async function answer(
  view: AgentView,
  credentials: Credentials | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = parseTarget(incoming.url ?? '/');
  if (target === null) return send(incoming, response, text(400, 'Malformed request target'));
  // Executors have no credentials; they are known by ids that only their framework and the agent know.
  const asked = target.path === '/api/v1/executor' ? undefined : credentials;
  const identity = authenticate(incoming, target.path, asked);
  if ('refusal' in identity) return send(incoming, response, identity.refusal);
  const request = { method: incoming.method ?? 'GET', ...target, ...identity, incoming };
  const result = await route({ view, request, incoming, response });
  if (result !== null) await send(incoming, response, result);
}

/** Every route also exists under the name of the agent's process. Empty parts of a path do not count. */
function parseTarget(target: string): { readonly path: string; readonly query: URLSearchParams } | null {
  try {
    const url = new URL(target.replace(/^\/+/, '/'), 'http://agent');
    const parts = decodeURIComponent(url.pathname)
      .split('/')
      .filter((part) => part !== '');
    if (parts[0] === 'slave(1)') parts.shift();
    return { path: `/${parts.join('/')}`, query: url.searchParams };
  } catch {
    return null;
  }
}

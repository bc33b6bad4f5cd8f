import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
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

export interface AgentServer {
  readonly port: number;
  /** Requests before this, or after null, are cut off: nobody is there. */
  serve(view: AgentView | null): void;
  close(): Promise<void>;
}

/** Listens at once, so that the port is known when the agent describes itself. */
export async function startAgentServer(options: AgentServerOptions): Promise<AgentServer> {
  let view: AgentView | null = null;
  const server = createServer(
    { keepAliveTimeout: keepAliveMs, requestTimeout: noLimit },
    (incoming, response) => {
      if (view === null) {
        response.destroy();
        return;
      }
      answer(view, options.credentials, incoming, response).catch(() => {
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
    },
  );
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    serve: (served) => {
      view = served;
      if (served === null) server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const keepAliveMs = 120_000;
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

function listen(server: Server, { host, port }: AgentServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

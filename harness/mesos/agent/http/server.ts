import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../plumbing/clock.ts';
import type { Containerizer } from '../../containerizer/container.ts';
import type { AgentDescription } from '../../link.ts';
import type { AgentCore } from '../agent.ts';

/** What the endpoints tell about. */
export interface AgentView {
  readonly core: AgentCore;
  readonly containerizers: readonly Containerizer[];
  readonly description: AgentDescription;
  readonly workDir: string;
  readonly clock: Clock;
}

export interface AgentServer {
  readonly port: number;
  /** Requests before this are answered 503. */
  serve(view: AgentView): void;
  close(): Promise<void>;
}

/** Listens at once, so that the port is known when the agent describes itself. */
export async function startAgentServer(options: {
  readonly host: string;
  readonly port: number;
}): Promise<AgentServer> {
  let view: AgentView | null = null;
  const server = createServer((request, response) => answer(request, response, view));
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    serve: (served) => {
      view = served;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(_request: IncomingMessage, response: ServerResponse, view: AgentView | null): void {
  response.statusCode = view === null ? 503 : 200;
  response.end();
}

function listen(server: Server, options: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
}

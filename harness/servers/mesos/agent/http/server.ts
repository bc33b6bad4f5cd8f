import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Credentials, refuse, text } from '../../../http/index.ts';
import { type HttpFront, openHttpFront } from '../../http/front.ts';
import { authenticate } from '../../http/identity.ts';
import { readRequest } from '../../http/request.ts';
import { send } from '../../http/respond.ts';
import { route } from './routes.ts';
import type { AgentView } from './view.ts';

export interface AgentServerOptions {
  readonly host: string;
  /** 0: the system picks. */
  readonly port: number;
  /** Asked for on every route but /health and /version. */
  readonly credentials?: Credentials;
  /** Origins of pages that may use these endpoints: the master's, whose web UI asks agents directly. */
  readonly pages?: readonly string[];
  /** Answer those pages as JSONP where they ask for it; default no. */
  readonly jsonp?: boolean;
}

export type AgentServer = HttpFront<AgentView>;

/** Listens at once, so that the port is known when the agent describes itself. */
export function startAgentServer({
  host,
  port,
  credentials,
  pages,
  jsonp = false,
}: AgentServerOptions): Promise<AgentServer> {
  return openHttpFront({
    host,
    port,
    limits: { requestTimeout: noLimit },
    foreign: { origins: pages ?? [] },
    answer: (view, incoming, response) => answer(view, { credentials, jsonp }, incoming, response),
  });
}

/** What a person types into a session is one request. */
const noLimit = 0;

async function answer(
  view: AgentView,
  { credentials, jsonp }: { readonly credentials: Credentials | undefined; readonly jsonp: boolean },
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const read = readRequest(incoming, 'slave(1)', jsonp);
  if (read === null) return refuse(incoming, response, text(400, 'Malformed request target'));
  // Executors have no credentials; they are known by ids that only their framework and the agent know.
  const identity = authenticate(read, read.path === '/api/v1/executor' ? undefined : credentials);
  if ('refusal' in identity) return refuse(incoming, response, identity.refusal);
  const result = await route({ view, request: { ...read, ...identity }, incoming, response });
  if (result !== null) await send(incoming, response, result);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Credentials, readBody, refuse, text } from '../../../http/index.ts';
import { type HttpFront, openHttpFront } from '../../http/front.ts';
import { authenticate } from '../../http/identity.ts';
import { readRequest } from '../../http/request.ts';
import { send } from '../../http/respond.ts';
import type { MasterCore } from '../core.ts';
import { route } from './routes.ts';

const requestMs = 60_000;

export type MasterHttp = HttpFront<MasterCore>;

export interface MasterHttpOptions {
  readonly host: string;
  /** 0: the system picks. */
  readonly port: number;
  readonly credentials?: Credentials;
  /** Answer pages of ours as JSONP where they ask for it; default no. */
  readonly jsonp?: boolean;
}

/** Listens; whoever is served later answers. */
export function listen({ host, port, credentials, jsonp = false }: MasterHttpOptions): Promise<MasterHttp> {
  return openHttpFront({
    host,
    port,
    limits: { requestTimeout: requestMs },
    answer: (core, incoming, response) => answer(core, { credentials, jsonp }, incoming, response),
    onDefect: (core, incoming, error) =>
      core.context.log({ level: 'error', text: `${incoming.method} ${incoming.url}: ${String(error)}` }),
  });
}

async function answer(
  core: MasterCore,
  { credentials, jsonp }: { readonly credentials: Credentials | undefined; readonly jsonp: boolean },
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const read = readRequest(incoming, 'master', jsonp);
  if (read === null) return refuse(incoming, response, text(400, 'Malformed request target'));
  const identity = authenticate(read, credentials);
  if ('refusal' in identity) return refuse(incoming, response, identity.refusal);
  const limit = core.context.flags.maxBodyBytes;
  const body = await readBody(incoming, limit);
  if (body.kind === 'broken') return void response.destroy();
  if (body.kind === 'too-large') {
    return refuse(incoming, response, text(413, `The body is over the limit of ${limit} bytes`));
  }
  const result = route(core, { ...read, ...identity }, body.bytes, response);
  if (result !== null) await send(incoming, response, result);
}

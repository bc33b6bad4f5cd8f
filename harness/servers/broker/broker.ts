import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Credentials,
  type HttpServer,
  parseTarget,
  proves,
  readBody,
  refuse,
  send,
  startHttpServer,
  text,
} from '../http/index.ts';
import type { BrokerJournal } from './journal.ts';
import { linksOf } from './links.ts';
import { publishRoutes } from './resources/contracts-publish.ts';
import { environmentRoutes } from './resources/environments.ts';
import { indexRoutes } from './resources/index-resource.ts';
import { matrixRoutes } from './resources/matrix.ts';
import { pacticipantRoutes } from './resources/pacticipants.ts';
import { pactRoutes } from './resources/pacts.ts';
import { placementRoutes } from './resources/placements.ts';
import { verificationRoutes } from './resources/verifications.ts';
import { webhookRoutes } from './resources/webhooks.ts';
import { type Ask, hal, notFound, type Route, routeFinder } from './route.ts';
import { BrokerState } from './state.ts';
import { viewsOf } from './views.ts';

export interface BrokerOptions {
  readonly journal: BrokerJournal;
  readonly host: string;
  /** 0 or absent: the system picks. */
  readonly port?: number;
  /** Asked of every request, as Basic or with the password as a token; null: nobody is asked. */
  readonly credentials: Credentials | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onDefect?: (error: unknown) => void;
}

/** The largest request: a pact with thousands of interactions, in base64. */
const largestBody = 64 * 1024 * 1024;

const routes: readonly Route[] = [
  ...indexRoutes,
  ...pacticipantRoutes,
  ...environmentRoutes,
  ...placementRoutes,
  ...publishRoutes,
  ...pactRoutes,
  ...verificationRoutes,
  ...matrixRoutes,
  ...webhookRoutes,
];
const findRoutes = routeFinder(routes);

/** A Pact Broker: its HAL API over a journal, as far as its official clients use it. Listens when it resolves. */
export async function startBroker(options: BrokerOptions): Promise<HttpServer> {
  const { journal, host, port, credentials, onDefect } = options;
  const state = new BrokerState();
  // One request at a time: what it reads and what it writes belong together.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
  const catchUp = async (): Promise<void> => {
    for (const event of await journal.read()) state.apply(event);
  };
  await catchUp();

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (credentials !== null && !proves(incoming.headers.authorization, credentials)) {
      const headers = { 'WWW-Authenticate': 'Basic realm="Pact Broker"' };
      return refuse(incoming, response, text(401, 'Unauthorized\n', headers));
    }
    const target = parseTarget(incoming.url ?? '/');
    if (target === null) return refuse(incoming, response, text(400, 'Malformed request target\n'));
    const found = findRoutes(rawSegments(incoming.url ?? '/'));
    if (found.length === 0) return refuse(incoming, response, notFound());
    const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET');
    const match = found.find(({ route }) => route.method === method);
    if (match === undefined) {
      const allowed = found.map(({ route }) => route.method).join(', ');
      const refusal = hal(405, { error: `Allowed: ${allowed}` });
      return refuse(incoming, response, { ...refusal, headers: { ...refusal.headers, Allow: allowed } });
    }
    const body = await readBody(incoming, largestBody);
    if (body.kind === 'broken') return void response.destroy();
    if (body.kind === 'too-large')
      return refuse(incoming, response, hal(413, { error: `The body is over ${largestBody} bytes` }));
    const json = readJson(body.bytes);
    if (json.kind === 'broken')
      return send(incoming, response, hal(400, { error: `The body is not JSON: ${json.because}` }));
    const result = await inTurn(async () => {
      await catchUp();
      const origin = `http://${incoming.headers.host ?? `${host}:${port}`}`;
      const links = linksOf(origin);
      const ask: Ask = {
        state,
        journal,
        links,
        views: viewsOf(state, links),
        params: match.params,
        query: target.query,
        body: json.value,
        text: body.bytes.toString('utf8'),
        url: `${origin}${incoming.url ?? '/'}`,
        now: new Date(options.now()).toISOString(),
        newId: randomUUID,
        async append(events, contents) {
          await journal.append(events, contents);
          await catchUp();
        },
      };
      return match.route.answer(ask);
    });
    send(incoming, response, result);
  }

  return startHttpServer({
    host,
    ...(port === undefined ? {} : { port }),
    ...(onDefect === undefined ? {} : { onDefect }),
    answer,
  });
}

/** A name may hold a slash, escaped: the path is cut before it is unescaped. */
function rawSegments(url: string): readonly string[] {
  const [path = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/);
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part));
}

type ReadJson =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly because: string };

function readJson(bytes: Buffer): ReadJson {
  if (bytes.length === 0) return { kind: 'json', value: undefined };
  try {
    return { kind: 'json', value: JSON.parse(bytes.toString('utf8')) };
  } catch (error) {
    return { kind: 'broken', because: error instanceof Error ? error.message : String(error) };
  }
}

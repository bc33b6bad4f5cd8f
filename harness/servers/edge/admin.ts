import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Answer,
  type Credentials,
  type HttpServer,
  json,
  parseTarget,
  proves,
  readBody,
  refuse,
  send,
  startHttpServer,
  type Target,
  text,
} from '../http/index.ts';
import { parseFault } from './faults.ts';
import type { RequestLog } from './records.ts';
import type { RouteTable } from './route-table.ts';

export interface AdminOptions {
  readonly host: string;
  /** Null: everybody on this machine may ask. */
  readonly credentials: Credentials | null;
  readonly routes: RouteTable;
  readonly log: RequestLog;
  readonly onDefect: (error: unknown) => void;
}

/** Bodies are an app id and a fault; what is longer is neither. */
const longestBody = 4_096;
/** Records in one page. */
const mostRequests = 1_000;

/** The edge's own API: addresses, recorded requests, faults. */
export function startAdmin(options: AdminOptions): Promise<HttpServer> {
  return startHttpServer({
    host: options.host,
    onDefect: options.onDefect,
    answer: (incoming, response) => administer(options, incoming, response),
  });
}

async function administer(
  options: AdminOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { credentials } = options;
  if (credentials !== null && !proves(incoming.headers.authorization, credentials)) {
    return refuse(incoming, response, text(401, '', { 'WWW-Authenticate': 'Basic realm="edge"' }));
  }
  const target = parseTarget(incoming.url ?? '/');
  const methods = target === null ? undefined : resources.get(target.path);
  if (target === null || methods === undefined) {
    const known = [...resources.keys()].join(', ');
    return refuse(incoming, response, json(404, { message: `The edge has ${known}` }));
  }
  const method = methods.get(incoming.method ?? 'GET');
  if (method === undefined) {
    const allowed = [...methods.keys()].join(', ');
    return refuse(incoming, response, json(405, { message: `Allowed: ${allowed}` }, { Allow: allowed }));
  }
  const body = await readBody(incoming, longestBody);
  if (body.kind === 'broken') return void response.destroy();
  if (body.kind === 'too-large') {
    return refuse(incoming, response, json(400, { message: `The body is longer than ${longestBody} bytes` }));
  }
  send(incoming, response, await method(options, target, objectIn(body.bytes)));
}

type Method = (
  options: AdminOptions,
  target: Target,
  body: ReadonlyMap<string, unknown>,
) => Promise<Answer> | Answer;

const resources: ReadonlyMap<string, ReadonlyMap<string, Method>> = new Map([
  [
    '/routes',
    new Map<string, Method>([
      ['GET', listRoutes],
      ['POST', reserve],
    ]),
  ],
  ['/requests', new Map<string, Method>([['GET', listRequests]])],
  [
    '/faults',
    new Map<string, Method>([
      ['PUT', setFault],
      ['DELETE', clearFault],
    ]),
  ],
]);

async function listRoutes({ routes }: AdminOptions): Promise<Answer> {
  return json(200, await routes.list());
}

async function reserve(
  { routes }: AdminOptions,
  _: Target,
  body: ReadonlyMap<string, unknown>,
): Promise<Answer> {
  const appId = body.get('appId');
  return isAppId(appId) ? json(200, await routes.reserve(appId)) : noAppId;
}

function listRequests({ log }: AdminOptions, { query }: Target): Answer {
  const since = Number(query.get('since') ?? 0);
  const limit = Number(query.get('limit') ?? mostRequests);
  if (!Number.isSafeInteger(since) || since < 0 || !Number.isSafeInteger(limit) || limit < 1) {
    return json(400, { message: 'since is the number of a request, limit how many to send' });
  }
  return json(200, log.read(since, query.get('app'), Math.min(limit, mostRequests)));
}

async function setFault(
  { routes }: AdminOptions,
  _: Target,
  body: ReadonlyMap<string, unknown>,
): Promise<Answer> {
  const appId = body.get('appId');
  const fault = parseFault(body.get('fault'));
  if (!isAppId(appId)) return noAppId;
  if (fault === undefined) {
    const kinds = '{"kind":"refuse"|"hang"|"reset"}, {"kind":"slow","ms":…} or {"kind":"status","status":…}';
    return json(400, { message: `Send {"appId":"/group/app","fault":…} with the fault ${kinds}` });
  }
  await routes.setFault(appId, fault);
  return json(200, { appId, fault });
}

async function clearFault({ routes }: AdminOptions, { query }: Target): Promise<Answer> {
  const appId = query.get('app');
  if (!isAppId(appId)) return json(400, { message: 'Name the app: DELETE /faults?app=/group/app' });
  await routes.setFault(appId, null);
  return json(200, { appId, fault: null });
}

const noAppId = json(400, { message: 'Send {"appId": "/group/app"}' });

/** As Marathon's ids are; nothing else gets an address. */
function isAppId(value: unknown): value is string {
  return typeof value === 'string' && /^\/[a-z0-9./-]{1,1000}$/.test(value);
}

/** The members of a JSON object; none when the text is anything else. */
function objectIn(bytes: Buffer): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}

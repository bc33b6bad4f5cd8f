import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type FeedApp, MarathonFeed } from './marathon-feed.ts';
import { forward, forwardUpgrade, type ProxyOptions } from './proxy.ts';
import { Backends, type Route } from './route.ts';

export interface EdgeOptions {
  readonly marathonUrl: URL;
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Addresses to listen on: the first for callers on this machine, the last for callers inside tasks. */
  readonly bind: readonly string[];
  /** How long a request waits for a healthy task of an app that has tasks; default 2000 ms. */
  readonly patienceMs?: number;
}

/** Service addresses and load balancing, driven by Marathon's events as marathon-lb's are. */
export interface Edge extends AsyncDisposable {
  /** Admin address: `GET /routes` lists, `POST /routes {"appId"}` reserves. */
  readonly url: URL;
  /** The app's stable address; may be asked before the app exists, and is the same whenever asked. */
  reserve(appId: string): Promise<Route>;
}

interface OpenRoute {
  readonly route: Route;
  readonly servers: readonly Server[];
  readonly backends: Backends;
  /** Asked for by name, so it stays when its app goes. */
  reserved: boolean;
}

/** Listens once Marathon's apps have been read. @throws when Marathon or an address cannot be had. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const edge = new RunningEdge(options);
  await edge.start();
  return edge;
}

class RunningEdge implements Edge {
  readonly #options: EdgeOptions;
  readonly #routes = new Map<string, Promise<OpenRoute>>();
  readonly #feed: MarathonFeed;
  readonly #admin: Server;
  #url: URL | undefined;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#admin = createServer((request, response) => void this.#administer(request, response));
    this.#feed = new MarathonFeed({
      marathonUrl: options.marathonUrl,
      credentials: options.credentials,
      onApps: (apps) => void this.#takeAll(apps),
      onApp: (appId, app) => void this.#take(appId, app),
      onLeaving: (appId, instance) => void this.#drain(appId, instance),
    });
  }

  async start(): Promise<void> {
    const [home = '127.0.0.1'] = this.#options.bind;
    this.#url = new URL(await listen(this.#admin, home));
    await this.#feed.start();
  }

  get url(): URL {
    if (this.#url === undefined) throw new Error('The edge is not listening yet');
    return this.#url;
  }

  async reserve(appId: string): Promise<Route> {
    const open = await this.#open(appId);
    open.reserved = true;
    return open.route;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#feed.stop();
    const routes = await Promise.allSettled(this.#routes.values());
    const servers = routes.flatMap((route) => (route.status === 'fulfilled' ? route.value.servers : []));
    await Promise.all([this.#admin, ...servers].map(close));
  }

  async #takeAll(apps: readonly FeedApp[]): Promise<void> {
    const seen = new Set(apps.map(({ appId }) => appId));
    const gone = [...this.#routes.keys()].filter((appId) => !seen.has(appId));
    await Promise.all([
      ...apps.map((app) => this.#take(app.appId, app)),
      ...gone.map((appId) => this.#take(appId, null)),
    ]);
  }

  async #take(appId: string, app: FeedApp | null): Promise<void> {
    if (app === null) return this.#close(appId);
    if (!app.hasPorts && !this.#routes.has(appId)) return;
    const { backends } = await this.#open(appId);
    backends.expected = app.tasks > 0;
    backends.replace(app.backends);
  }

  async #drain(appId: string, instance: string): Promise<void> {
    const open = await this.#routes.get(appId);
    open?.backends.drain((taskId) => taskId.startsWith(`${instance}.`));
  }

  /** An app that is gone loses its address, unless somebody was promised it. */
  async #close(appId: string): Promise<void> {
    const open = await this.#routes.get(appId);
    if (open === undefined) return;
    open.backends.expected = false;
    open.backends.replace([]);
    if (open.reserved) return;
    this.#routes.delete(appId);
    await Promise.all(open.servers.map(close));
  }

  #open(appId: string): Promise<OpenRoute> {
    const known = this.#routes.get(appId);
    if (known !== undefined) return known;
    const opening = this.#listenFor(appId);
    this.#routes.set(appId, opening);
    opening.catch(() => this.#routes.delete(appId));
    return opening;
  }

  async #listenFor(appId: string): Promise<OpenRoute> {
    const backends = new Backends();
    const proxy: ProxyOptions = { appId, backends, patienceMs: this.#options.patienceMs ?? 2_000 };
    const servers = this.#options.bind.map(() => proxyServer(proxy));
    const addresses = await Promise.all(
      servers.map((server, index) => listen(server, this.#options.bind[index] ?? '127.0.0.1')),
    );
    const route: Route = {
      appId,
      address: addresses[0] ?? '',
      taskAddress: addresses.at(-1) ?? '',
      get backends() {
        return backends.list;
      },
    };
    return { route, servers, backends, reserved: false };
  }

  async #administer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    try {
      if (request.url !== '/routes') return answer(404, { message: 'The edge answers GET and POST /routes' });
      if (request.method === 'GET') {
        const open = await Promise.all(this.#routes.values());
        return answer(
          200,
          open.map(({ route }) => route),
        );
      }
      if (request.method !== 'POST') return answer(405, { message: 'The edge answers GET and POST /routes' });
      const appId = appIdOf(await readBody(request));
      if (appId === undefined) return answer(400, { message: 'Send {"appId": "/group/app"}' });
      answer(200, await this.reserve(appId));
    } catch (error) {
      answer(500, { message: error instanceof Error ? error.message : String(error) });
    }
  }
}

function proxyServer(proxy: ProxyOptions): Server {
  const server = createServer((request, response) => void forward(proxy, request, response));
  server.on('upgrade', (request, socket, head) => void forwardUpgrade(proxy, request, socket, head));
  // Long answers and slow uploads are the backend's business, not the edge's.
  server.requestTimeout = 0;
  return server;
}

async function listen(server: Server, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`No port on ${host}`);
  return `http://${host}:${address.port}`;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Bodies of the admin address are an app id; anything beyond this many bytes is not one. */
const largestBody = 4_096;

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > largestBody) break;
  }
  return body;
}

function appIdOf(body: string): string | undefined {
  try {
    const { appId } = JSON.parse(body) as { appId?: unknown };
    return typeof appId === 'string' && /^\/[a-z0-9./-]+$/.test(appId) ? appId : undefined;
  } catch {
    return undefined;
  }
}

import { systemClock } from '../../plumbing/clock.ts';
import type { HttpServer } from '../http/index.ts';
import { startAdmin } from './admin.ts';
import { Callers, type UndeclaredCall } from './callers.ts';
import type { Fault } from './faults.ts';
import { MarathonFeed } from './marathon-feed.ts';
import { RequestLog, type RequestPage } from './records.ts';
import { type Route, RouteTable } from './route-table.ts';
import type { EdgeSettings } from './settings.ts';

/** The edge as it runs in its thread: addresses, what follows Marathon, the admin API and the record of requests. */
export class EdgeCore implements AsyncDisposable {
  readonly log = new RequestLog();
  readonly #routes: RouteTable;
  readonly #feed: MarathonFeed;
  readonly #admin: HttpServer;

  private constructor(
    core: Pick<EdgeCore, 'log'> & { routes: RouteTable; feed: MarathonFeed; admin: HttpServer },
  ) {
    this.log = core.log;
    this.#routes = core.routes;
    this.#feed = core.feed;
    this.#admin = core.admin;
  }

  /** Resolves once Marathon's apps have been read. @throws when an address cannot be had */
  static async start(
    settings: EdgeSettings,
    on: {
      readonly defect: (error: unknown) => void;
      readonly undeclared: (call: UndeclaredCall) => void;
    },
  ): Promise<EdgeCore> {
    const { defect: onDefect } = on;
    const callers = new Callers(on.undeclared);
    const { bind, patienceMs, connectTimeoutMs, answerTimeoutMs } = settings;
    const log = new RequestLog();
    const clock = systemClock;
    const routes = new RouteTable(bind, {
      clock,
      patienceMs,
      connectTimeoutMs,
      answerTimeoutMs,
      log,
      callers,
      onDefect,
    });
    const attempt = (work: Promise<void>): void => void work.catch(onDefect);
    const feed = new MarathonFeed({
      ...settings,
      marathonUrl: new URL(settings.marathonUrl),
      onApps: (apps) => {
        callers.takeAll(apps.map(({ caller }) => caller));
        attempt(routes.takeAll(apps));
      },
      onApp: (appId, app) => {
        if (app === null) callers.forget(appId);
        else callers.take(app.caller);
        attempt(routes.take(appId, app));
      },
      onLeaving: (appId, instance) => attempt(routes.drain(appId, instance)),
    });
    const [host = '127.0.0.1'] = bind;
    const admin = await startAdmin({ host, credentials: settings.adminCredentials, routes, log, onDefect });
    await feed.start();
    return new EdgeCore({ log, routes, feed, admin });
  }

  get url(): URL {
    return this.#admin.url;
  }

  reserve(appId: string): Promise<Route> {
    return this.#routes.reserve(appId);
  }

  setFault(appId: string, fault: Fault | null): Promise<void> {
    return this.#routes.setFault(appId, fault);
  }

  requests(since: number, appId: string | null, limit: number): RequestPage {
    return this.log.read(since, appId, limit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#feed.stop();
    await Promise.all([this.#admin[Symbol.asyncDispose](), this.#routes.close()]);
  }
}

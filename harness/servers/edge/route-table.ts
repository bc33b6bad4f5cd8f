import { urlOf } from '../http/index.ts';
import type { Backend } from './backends.ts';
import type { Fault } from './faults.ts';
import type { FeedApp } from './marathon-feed.ts';
import { AppProxy, type ProxySettings } from './proxy/app-proxy.ts';

/** The stable address of one app, as it was when it was asked for. */
export interface Route {
  readonly appId: string;
  /** `http://host:port` for callers on this machine; on the first of the edge's bind addresses. */
  readonly address: string;
  /** The same for callers inside tasks; on the last of the bind addresses. */
  readonly taskAddress: string;
  readonly backends: readonly Backend[];
  readonly fault: Fault | null;
}

interface OpenRoute {
  readonly proxy: AppProxy;
  readonly address: string;
  readonly taskAddress: string;
  /** Asked for by name, so it stays when its app goes. */
  reserved: boolean;
}

/** The addresses of all apps. */
export class RouteTable {
  readonly #hosts: readonly string[];
  readonly #settings: ProxySettings;
  readonly #routes = new Map<string, Promise<OpenRoute>>();

  constructor(hosts: readonly string[], settings: ProxySettings) {
    this.#hosts = hosts;
    this.#settings = settings;
  }

  /** The app's address, the same whenever asked. @throws when no address can be had */
  async reserve(appId: string): Promise<Route> {
    const open = await this.#open(appId);
    open.reserved = true;
    return asRoute(open);
  }

  async list(): Promise<readonly Route[]> {
    return (await Promise.all(this.#routes.values())).map(asRoute);
  }

  async setFault(appId: string, fault: Fault | null): Promise<void> {
    await this.reserve(appId);
    const open = await this.#routes.get(appId);
    await open?.proxy.setFault(fault);
  }

  /** Every app there is; the others are gone. */
  async takeAll(apps: readonly FeedApp[]): Promise<void> {
    const seen = new Set(apps.map(({ appId }) => appId));
    const gone = [...this.#routes.keys()].filter((appId) => !seen.has(appId));
    await Promise.all([
      ...apps.map((app) => this.take(app.appId, app)),
      ...gone.map((appId) => this.take(appId, null)),
    ]);
  }

  /** One app as it is now; null when it is gone. */
  async take(appId: string, app: FeedApp | null): Promise<void> {
    if (app === null) return this.#forget(appId);
    if (!app.hasPorts && !this.#routes.has(appId)) return;
    const { backends } = (await this.#open(appId)).proxy;
    backends.expected = app.tasks > 0;
    backends.replace(app.backends);
  }

  /** An instance will be told to end: it gets nothing new. */
  async drain(appId: string, instanceId: string): Promise<void> {
    const open = await this.#routes.get(appId);
    open?.proxy.backends.drain((taskId) => taskId.startsWith(`${instanceId}.`));
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#routes.values());
    await Promise.all(
      opened.map((route) => (route.status === 'fulfilled' ? route.value.proxy.close() : undefined)),
    );
  }

  /** An app that is gone loses its address, unless somebody was promised it. */
  async #forget(appId: string): Promise<void> {
    const open = await this.#routes.get(appId);
    if (open === undefined) return;
    const { backends } = open.proxy;
    backends.expected = false;
    backends.replace([]);
    if (open.reserved) return;
    this.#routes.delete(appId);
    await open.proxy.close();
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
    const proxy = new AppProxy(appId, this.#settings);
    const ports = await proxy.listen(this.#hosts);
    const addresses = ports.map((port, index) => urlOf(this.#hosts[index] ?? '', port).origin);
    return { proxy, address: addresses[0] ?? '', taskAddress: addresses.at(-1) ?? '', reserved: false };
  }
}

function asRoute({ proxy, address, taskAddress }: OpenRoute): Route {
  const { appId, backends, fault } = proxy;
  return { appId, address, taskAddress, backends: backends.list.map((backend) => ({ ...backend })), fault };
}

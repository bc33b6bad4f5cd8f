import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Credentials } from '../http/index.ts';
import type { UndeclaredCall } from './callers.ts';
import type { Fault } from './faults.ts';
import type { Call, Calls, Told } from './messages.ts';
import type { RequestPage, RequestRecord } from './records.ts';
import type { Route } from './route-table.ts';
import type { EdgeSettings } from './settings.ts';

export interface EdgeOptions {
  readonly marathonUrl: URL;
  /** Of Marathon. */
  readonly credentials?: Credentials;
  /** Asked for by the edge's own API; absent: those of Marathon, and none where Marathon has none. */
  readonly adminCredentials?: Credentials;
  /** Addresses to listen on: the first for callers on this machine, the last for callers inside tasks. */
  readonly bind: readonly string[];
  /** The label of an app that names the version of what it runs; it is recorded with each request. */
  readonly versionLabel?: string;
  /**
   * The label in which an app lists the ids of the apps that it calls, with commas. Its tasks are refused others (403), where
   * they have addresses of their own: containers do, processes do not.
   */
  readonly callsLabel?: string;
  /** Hears once of each pair of apps. */
  readonly onUndeclaredCall?: (call: UndeclaredCall) => void;
  /** How long a request waits for a healthy task of an app that has tasks; default 2000 ms. */
  readonly patienceMs?: number;
  /** How long a task may take to accept a connection; default 5000 ms. */
  readonly connectTimeoutMs?: number;
  /** How long a task may take to begin its answer; default 60000 ms. */
  readonly answerTimeoutMs?: number;
  /** A defect of the edge; it has cost at most one connection. */
  readonly onDefect?: (text: string) => void;
}

/** Service addresses and load balancing, driven by Marathon's events as marathon-lb's are. Runs in a thread of its own. */
export interface Edge extends AsyncDisposable {
  /** Where the edge's own API answers; the README of this folder describes it. */
  readonly url: URL;
  /** The app's stable address; may be asked before the app exists, and is the same whenever asked. */
  reserve(appId: string): Promise<Route>;
  /** Recorded requests after the one numbered `since`, of one app or of all, oldest first. */
  requests(query?: {
    readonly since?: number;
    readonly appId?: string;
    readonly limit?: number;
  }): Promise<RequestPage>;
  /** Calls `listener` with requests as they end, in batches, until disposed. */
  watchRequests(listener: (records: readonly RequestRecord[]) => void): Disposable;
  /** Lets an app's address misbehave; null: behave again. */
  setFault(appId: string, fault: Fault | null): Promise<void>;
}

const defaults = { patienceMs: 2_000, connectTimeoutMs: 5_000, answerTimeoutMs: 60_000 };

/** Listens once Marathon's apps have been read. @throws when Marathon or an address cannot be had */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { marathonUrl, adminCredentials, onDefect, onUndeclaredCall, ...rest } = options;
  const settings: EdgeSettings = {
    ...defaults,
    ...rest,
    marathonUrl: marathonUrl.href,
    adminCredentials: adminCredentials ?? options.credentials ?? null,
  };
  // The thread's file has the ending of this one: .ts in the repository, .js in the package.
  const file = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: settings, execArgv: [], name: 'edge' });
  const edge = new EdgeThread(worker, {
    defect: onDefect ?? (() => {}),
    undeclared: onUndeclaredCall ?? (() => {}),
  });
  await edge.ready();
  return edge;
}

interface EdgeListeners {
  readonly defect: (text: string) => void;
  readonly undeclared: (call: UndeclaredCall) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The edge as other threads see it: each call is a message and its answer another. */
class EdgeThread implements Edge {
  readonly #worker: Worker;
  readonly #on: EdgeListeners;
  readonly #ready = Promise.withResolvers<string>();
  readonly #exited: Promise<unknown>;
  readonly #pending = new Map<number, Pending>();
  readonly #watchers = new Set<(records: readonly RequestRecord[]) => void>();
  #calls = 0;
  #url: URL | undefined;
  #isGone = false;

  constructor(worker: Worker, on: EdgeListeners) {
    this.#worker = worker;
    this.#on = on;
    this.#exited = once(worker, 'exit').catch(() => {});
    worker.on('message', (told: Told) => this.#take(told));
    worker.on('error', (error) => this.#gone(error));
    worker.once('exit', () => this.#gone(new Error('The edge has ended')));
  }

  async ready(): Promise<void> {
    this.#url = new URL(await this.#ready.promise);
  }

  get url(): URL {
    if (this.#url === undefined) throw new Error('The edge is not listening yet');
    return this.#url;
  }

  reserve(appId: string): Promise<Route> {
    return this.#call('reserve', appId);
  }

  requests({ since = 0, appId, limit = 1_000 }: Parameters<Edge['requests']>[0] = {}): Promise<RequestPage> {
    return this.#call('requests', since, appId ?? null, limit);
  }

  watchRequests(listener: (records: readonly RequestRecord[]) => void): Disposable {
    this.#watchers.add(listener);
    if (this.#watchers.size === 1) void this.#call('watch', true).catch(() => {});
    return {
      [Symbol.dispose]: () => {
        if (this.#watchers.delete(listener) && this.#watchers.size === 0) {
          void this.#call('watch', false).catch(() => {});
        }
      },
    };
  }

  setFault(appId: string, fault: Fault | null): Promise<void> {
    return this.#call('setFault', appId, fault);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#call('close').catch(() => {});
    await this.#worker.terminate();
    await this.#exited;
  }

  #call<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    if (this.#isGone) return Promise.reject(new Error('The edge has ended'));
    const id = ++this.#calls;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    this.#worker.postMessage({ id, name, args } as unknown as Call);
    return promise as Promise<ReturnType<Calls[Name]>>;
  }

  #take(told: Told): void {
    switch (told.kind) {
      case 'ready':
        this.#ready.resolve(told.url);
        return;
      case 'not-started':
        this.#ready.reject(new Error(told.message));
        return;
      case 'answer':
        this.#settle(told.id, ({ resolve }) => resolve(told.value));
        return;
      case 'refusal':
        this.#settle(told.id, ({ reject }) => reject(new Error(told.message)));
        return;
      case 'records':
        for (const watcher of this.#watchers) watcher(told.records);
        return;
      case 'defect':
        this.#on.defect(told.text);
        return;
      case 'undeclared':
        this.#on.undeclared(told.call);
        return;
    }
  }

  #settle(id: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending !== undefined) settle(pending);
  }

  #gone(error: unknown): void {
    const reason = error instanceof Error ? error : new Error(String(error));
    if (!this.#isGone && !reason.message.includes('has ended'))
      this.#on.defect(reason.stack ?? reason.message);
    this.#isGone = true;
    this.#ready.reject(reason);
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

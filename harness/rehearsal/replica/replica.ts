import { type Config, type EnvironmentConfig, readSettings, type ServiceConfig } from '../../config/index.ts';
import { appIdOf, Environments, groupOf, type MarathonApi, marathonApi } from '../../environments/index.ts';
import type { Artifact } from '../../model/index.ts';
import type { DependencyKind, Side } from '../../model/recording.ts';
import {
  deploymentDeadlineLabel as deadlineLabel,
  inspectApp,
  type MarathonClient,
  mesosOf,
  type Platform,
  type StoreAccess,
  type StoreFields,
  type Tenant,
} from '../../platforms/index.ts';
import type { Clock } from '../../plumbing/clock.ts';
import type { EdgeClient, Route } from '../edge-client.ts';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import type { OutgoingRequest } from '../traffic/client.ts';

/** What a replica runs on. It uses a group and databases of its own there, and nothing else. */
export interface ReplicaGround {
  readonly platform: Platform;
  /** A tenant's part of a store; null when there is no store of that name. */
  store(name: string, tenant: Tenant): Promise<StoreAccess | null>;
  /** Outside system → address, as tasks reach it. */
  readonly externals: Readonly<Record<string, string>>;
  /** Put on every app, for the reaper. */
  readonly labels: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly onSecret: (secret: string) => void;
}

export interface ReplicaOptions extends ReplicaGround {
  readonly config: Config;
  /** The environment that is rebuilt, under another name: nothing of it is touched. */
  readonly environment: EnvironmentConfig;
  /** Names the group and the databases; nothing else may have it. */
  readonly name: string;
  readonly edge: EdgeClient;
  readonly requestIdPrefix: string;
  /** Told of what services send each other. */
  readonly onRequest: (service: string, request: OutgoingRequest) => void;
}

/** One dependency of one service, behind a proxy that can make it misbehave. */
export interface Dependency {
  readonly kind: DependencyKind;
  /** The store, neighbour or outside system. */
  readonly name: string;
  readonly service: string;
  readonly proxy: FaultProxy;
}

/** What a task runs, by Marathon's version of its app. */
export interface ReplicaVersion {
  readonly service: string;
  readonly side: Side;
}

/** Shorter than a deployment may take: a task that died is replaced as slowly as it starts. */
const deadlineSeconds = 45;

/**
 * The system of one environment, rebuilt on an embedded platform: each service reaches each of its dependencies through a proxy
 * of that pair. Disposing removes all of it.
 */
export class Replica implements AsyncDisposable {
  readonly marathon: MarathonClient;
  readonly group: string;
  readonly #options: ReplicaOptions;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #versions = new Map<string, ReplicaVersion>();
  readonly #dependencies = new Map<string, Promise<Dependency>>();
  readonly #undo: AsyncDisposableStack;
  #deployments = 0;

  private constructor(
    options: ReplicaOptions,
    group: string,
    routes: ReadonlyMap<string, Route>,
    undo: AsyncDisposableStack,
  ) {
    this.#options = options;
    this.marathon = options.platform.marathon;
    this.group = group;
    this.#routes = routes;
    this.#undo = undo;
  }

  /** Reserves the addresses; deploys nothing yet. */
  static async open(options: ReplicaOptions): Promise<Replica> {
    const { config, edge, name, platform } = options;
    const group = groupOf(name, config.system);
    const routes = new Map<string, Route>();
    for (const service of config.services) {
      routes.set(service.name, await edge.reserve(appIdOf(group, service.name)));
    }
    const undo = new AsyncDisposableStack();
    undo.defer(async () => {
      const apps = await platform.marathon.apps({ idPart: group });
      if (apps.length > 0) await platform.marathon.deleteGroup(`/${name}`, { force: true });
    });
    return new Replica(options, group, routes, undo);
  }

  /** Of a service, as this process reaches it. */
  addressOf(service: string): string {
    return this.#route(service).address;
  }

  appIdOf(service: string): string {
    return appIdOf(this.group, service);
  }

  /** What tasks of this version of an app run; undefined: the app is none of the replica's. */
  versionOf(appId: string, version: string): ReplicaVersion | undefined {
    return this.#versions.get(`${appId}@${version}`);
  }

  /** Of every service that was deployed. */
  async dependencies(): Promise<readonly Dependency[]> {
    return Promise.all(this.#dependencies.values());
  }

  /**
   * Brings an artifact in, by Marathon with the upgrade strategy of its own definition; the same artifact again is a restart.
   * @throws `SG_DEPLOYMENT_FAILED`, with what was deployed before deployed again
   */
  async deploy(
    service: ServiceConfig,
    artifact: Artifact,
    side: Side,
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (text: string) => void },
  ): Promise<void> {
    const { config, environment, name, clock, platform, onSecret, labels } = this.#options;
    const externals = await this.#externals(service);
    const environments = new Environments({
      system: config.system,
      root: config.root,
      env: readSettings().env,
      environments: [{ ...environment, name }],
      tools: {
        marathon: this.#watched(service.name, side),
        clock,
        lastOutput: (taskId) => platform.lastOutput(taskId),
        inspect: (appId) => inspectApp(platform.marathon, mesosOf(platform.access), appId),
      },
      reserve: (appId) => this.#neighbour(service.name, appId.slice(appId.lastIndexOf('/') + 1)),
      store: (store, tenant) => this.#store(service.name, store, tenant),
      onSecret,
      externals: () => externals,
      // A label that changes makes a new version for Marathon, so that the same artifact rolls over itself.
      labels: { ...labels, STAGEGATE_REHEARSAL: String(this.#deployments++) },
    });
    await environments.deploy(
      { service: withDeadline(service), environment: name, artifact, onProgress },
      signal,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }

  /** Every version that a deployment makes is known before its first task is. */
  #watched(service: string, side: Side): MarathonApi {
    const api = marathonApi(this.marathon);
    return {
      ...api,
      putApp: async (app, change) => {
        const started = await api.putApp(app, change);
        this.#versions.set(`${app.id}@${started.version}`, { service, side });
        return started;
      },
    };
  }

  #route(service: string): Route {
    const route = this.#routes.get(service);
    if (route === undefined) throw new Error(`The replica has no service ${service}.`);
    return route;
  }

  #neighbour(service: string, neighbour: string): Promise<string> {
    return this.#throughProxy(
      service,
      { kind: 'neighbour', name: neighbour },
      this.#route(neighbour).taskAddress,
    );
  }

  async #store(service: string, name: string, tenant: Tenant): Promise<StoreFields | null> {
    const access = await this.#options.store(name, tenant);
    if (access === null) return null;
    const { task, local } = access;
    if (task.password !== '') this.#options.onSecret(task.password);
    const { proxy } = await this.#dependency(
      { kind: 'store', name, service },
      local.host,
      Number(local.port),
    );
    const url = task.url === '' ? '' : withAddress(task.url, proxy);
    return { ...task, url, host: proxy.host, port: String(proxy.port) };
  }

  async #externals({ name, externals }: ServiceConfig): Promise<Readonly<Record<string, string>>> {
    const given = this.#options.externals;
    const own = Object.values(externals).filter((external) => given[external] !== undefined);
    const proxied = await Promise.all(
      own.map(async (external) => {
        const url = given[external] ?? '';
        return [external, await this.#throughProxy(name, { kind: 'external', name: external }, url)] as const;
      }),
    );
    return { ...given, ...Object.fromEntries(proxied) };
  }

  /** An address over TLS is left as it is: a proxy would not have its name. */
  async #throughProxy(
    service: string,
    what: Pick<Dependency, 'kind' | 'name'>,
    url: string,
  ): Promise<string> {
    if (!url.startsWith('http:')) return url;
    const { hostname, port } = new URL(url);
    const { proxy } = await this.#dependency({ ...what, service }, hostname, Number(port || 80));
    return withAddress(url, proxy).replace(/\/$/, '');
  }

  #dependency(what: Omit<Dependency, 'proxy'>, host: string, port: number): Promise<Dependency> {
    const key = `${what.service} ${what.kind} ${what.name}`;
    const known = this.#dependencies.get(key);
    if (known !== undefined) return known;
    const started = this.#start(what, host, port);
    this.#dependencies.set(key, started);
    return started;
  }

  async #start(what: Omit<Dependency, 'proxy'>, host: string, port: number): Promise<Dependency> {
    const { platform, requestIdPrefix, onRequest } = this.#options;
    const target = { host, port };
    const proxy = await startFaultProxy({
      host: platform.access.taskHost,
      target,
      requestIdPrefix,
      ...(what.kind === 'neighbour'
        ? { onRequest: (request: OutgoingRequest) => onRequest(what.name, request) }
        : {}),
    });
    this.#undo.use(proxy);
    return { ...what, proxy };
  }
}

function withAddress(url: string, { host, port }: FaultProxy): string {
  const changed = new URL(url);
  changed.host = `${host}:${port}`;
  return changed.href;
}

function withDeadline(service: ServiceConfig): ServiceConfig {
  const { definition } = service;
  const labels = { ...definition.labels, [deadlineLabel]: String(deadlineSeconds) };
  return { ...service, definition: { ...definition, labels } };
}

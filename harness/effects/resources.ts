import { type Registry, registryFolder, startRegistry } from '../builders/index.ts';
import { type Config, type PlatformConfig, readSettings, resolveText } from '../config/index.ts';
import { applyRoles, Environments, marathonApi, suiteSettings } from '../environments/index.ts';
import type { RunCluster, RunEvent, RuntimeName, StageName } from '../model/index.ts';
import {
  accessFile,
  attachPlatform,
  createRunNetwork,
  type DockerConfig,
  IncidentWatch,
  inspectApp,
  type MarathonClient,
  mesosOf,
  type Platform,
  type PlatformAccess,
  type RunNetwork,
  type StoreFields,
  type Stores,
  startPlatform,
  startStores,
  type Tenant,
} from '../platforms/index.ts';
import type { Clock } from '../plumbing/clock.ts';
import type { Redactor } from '../plumbing/redact.ts';
import { redactLogs } from '../plumbing/redact-logs.ts';
import type { RunClaim } from '../reaper/index.ts';
import type { ReplicaGround } from '../rehearsal/index.ts';
import type { ClusterAccess } from '../runners/index.ts';
import type { PlatformIdentity } from '../steps/index.ts';
import { attachedSpec } from './attached-spec.ts';
import { startExternals } from './externals.ts';
import { lastingStore } from './lasting-stores.ts';
import type { ObservedPlatform } from './observe.ts';

export interface ResourcesOptions {
  readonly config: Config;
  readonly runtime: RuntimeName;
  readonly claim: RunClaim;
  /** Of the command line, for whoever looks for the cluster. */
  readonly command: string;
  /** Where logs go. */
  readonly logs: string;
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** The cluster that the run starts asks nobody for credentials. */
  readonly noAuth?: boolean;
  readonly report: (event: RunEvent) => void;
}

/** What a run starts or attaches to. Disposing takes down what was started, the last first. */
export class Resources implements AsyncDisposable {
  readonly #options: ResourcesOptions;
  readonly #undo = new AsyncDisposableStack();
  readonly #platforms = new Map<string, Platform>();
  readonly #watches = new Map<string, IncidentWatch>();
  readonly #environments = new Map<string, Environments>();
  #network: Promise<RunNetwork | null> | null = null;
  #registry: Promise<Registry> | null = null;
  /** What agents pull with; known once the registry runs. */
  #dockerConfig: DockerConfig = { auths: {} };
  stores: Stores | null = null;
  externals: Readonly<Record<string, string>> = {};

  constructor(options: ResourcesOptions) {
    this.#options = options;
  }

  /** @throws `SG_CLUSTER_NOT_READY`, `SG_PORT_TAKEN`, `SG_ENGINE_FAILED`, `SG_PLATFORM_UNREACHABLE` */
  async openPlatform(name: string, signal: AbortSignal): Promise<RunCluster | null> {
    const configured = this.#options.config.platforms.find((platform) => platform.name === name);
    if (configured === undefined) return this.#startEmbedded(signal);
    await this.#use(name, await this.#attach(configured, signal));
    return null;
  }

  /** @throws `SG_STORE_FAILED` */
  async openStores(signal: AbortSignal): Promise<void> {
    const { config, runtime, claim, logs, redactor } = this.#options;
    const network = await this.#runNetwork();
    const stores = await startStores(config.stores, {
      runtime,
      folder: claim.folder,
      temporaryFolder: claim.temporaryFolder,
      logs,
      marker: claim.marker,
      labels: claim.labels,
      imageMirror: config.imageMirror,
      root: config.root,
      ...(network === null ? {} : { dockerNetwork: network.name, gateway: network.gateway }),
      onPassword: (password) => redactor.add(password),
      signal,
    });
    this.stores = this.#undo.use(stores);
  }

  /** Service → the variables its tests start it with in a stage. */
  suiteSettings(stage: StageName): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
    const { config, redactor } = this.#options;
    return suiteSettings({
      config,
      stage,
      env: readSettings().env,
      externals: this.externals,
      store: async (name, tenant) => (await this.stores?.access(name, tenant)) ?? null,
      onSecret: (secret) => redactor.add(secret),
    });
  }

  async openExternals(): Promise<void> {
    const network = await this.#runNetwork();
    const host = network?.gateway ?? '127.0.0.1';
    this.externals = await startExternals(this.#options.config.externals, host, this.#undo);
  }

  /** Where images go; null where artifacts are bundles. Started when first asked for. */
  registry(signal: AbortSignal): Promise<Registry | null> {
    const { config, runtime, claim, redactor } = this.#options;
    if (runtime === 'process') return Promise.resolve(null);
    this.#registry ??= startRegistry({
      folder: registryFolder(config.root),
      labels: claim.labels,
      imageMirror: config.imageMirror,
      signal,
    }).then((registry) => {
      const { host, credentials } = registry;
      redactor.add(credentials.password);
      const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
      redactor.add(auth);
      this.#dockerConfig = { auths: { [host]: { auth } } };
      return this.#undo.use(registry);
    });
    return this.#registry;
  }

  /** The environment's platform, running or not. */
  platformOf(environment: string): PlatformIdentity {
    const { config, claim } = this.#options;
    const name = config.environments.find((each) => each.name === environment)?.platform ?? 'embedded';
    const open = this.#platforms.get(name);
    if (open !== undefined) return { name, id: open.id, lifetime: open.lifetime };
    const configured = config.platforms.find((platform) => platform.name === name);
    if (configured === undefined) return { name, id: `embedded:${claim.id}`, lifetime: 'command' };
    return { name, id: name, lifetime: 'lasting' };
  }

  /** An environment's platform, with what is remembered of its tasks; null while it is not open. */
  openedFor(environment: string): ObservedPlatform | null {
    const { name } = this.platformOf(environment);
    const platform = this.#platforms.get(name);
    const watch = this.#watches.get(name);
    return platform === undefined || watch === undefined ? null : { access: platform.access, watch };
  }

  /** The Marathon of an environment whose platform is open. */
  marathonOf(environment: string): MarathonClient {
    const { name } = this.platformOf(environment);
    const platform = this.#platforms.get(name);
    if (platform === undefined) throw new Error(`Platform ${name} is not open.`);
    return platform.marathon;
  }

  /** How tests reach an environment's platform; null while it is not open. */
  accessTo(environment: string | null): ClusterAccess | null {
    if (environment === null) return null;
    const access = this.#platforms.get(this.platformOf(environment).name)?.access;
    if (access === undefined) return null;
    return {
      marathonUrl: String(access.marathonUrl),
      mesosUrl: access.mesosUrl === null ? null : String(access.mesosUrl),
      edgeUrl: String(access.edgeUrl),
      auth: access.auth,
      taskHost: access.taskHost,
    };
  }

  /** The environments of one platform. */
  environmentsOn(environment: string): Environments {
    const { name } = this.platformOf(environment);
    const platform = this.#platforms.get(name);
    if (platform === undefined) throw new Error(`Platform ${name} is not open.`);
    const known = this.#environments.get(name) ?? this.#openEnvironments(platform);
    this.#environments.set(name, known);
    return known;
  }

  /** What a replica of an environment runs on: the platform that the command started. */
  rehearsalGround(environment: string): ReplicaGround {
    const platform = this.#platforms.get('embedded');
    if (platform === undefined) throw new Error('Platform embedded is not open.');
    const { claim, clock, redactor } = this.#options;
    return {
      platform,
      store: async (name, tenant) => (await this.stores?.access(name, tenant)) ?? null,
      // A stand-in where there is one: rehearsals send more than an outside system should get.
      externals: { ...this.#externalsIn(environment), ...this.externals },
      labels: claim.marker,
      clock,
      onSecret: (secret) => redactor.add(secret),
    };
  }

  /** What a command started itself is gone with it. */
  get endedPlatforms(): readonly string[] {
    return [...this.#platforms.values()].filter(({ lifetime }) => lifetime === 'command').map(({ id }) => id);
  }

  /** How the platform that the command started can be reached; null while there is none. */
  get ownAccess(): PlatformAccess | null {
    return this.#platforms.get('embedded')?.access ?? null;
  }

  async #startEmbedded(signal: AbortSignal): Promise<RunCluster> {
    const { config, command, runtime, claim, logs, clock, report, redactor } = this.#options;
    const startedMs = clock.monotonic();
    const network = await this.#runNetwork();
    const { agents, agentResources } = config.cluster;
    const platform = await startPlatform(
      {
        runId: claim.id,
        heldBy: `${command} ${config.system}`,
        agents,
        agentResources,
        runtime,
        folder: claim.folder,
        temporaryFolder: claim.temporaryFolder,
        logFolder: logs,
        marker: claim.marker,
        labels: claim.labels,
        noAuth: this.#options.noAuth === true,
        dockerConfig: () => this.#dockerConfig,
        onUndeclaredCall: ({ from, to }) =>
          report({
            kind: 'notice',
            text: `${from} called ${to}, which is not among its neighbours, and was refused; declare it, or do without the call`,
          }),
        ...(network === null ? {} : { network }),
      },
      signal,
    );
    this.#undo.use(platform);
    await this.#use('embedded', platform);
    const { marathonUrl, mesosUrl, edgeUrl, auth } = platform.access;
    if (auth !== null) redactor.add(auth.password);
    if (mesosUrl !== null) await applyRoles({ mesosUrl, auth }, config.environments);
    const readyMs = Math.round(clock.monotonic() - startedMs);
    report({
      kind: 'cluster-ready',
      marathonUrl: String(marathonUrl),
      mesosUrl: String(mesosUrl),
      edgeUrl: String(edgeUrl),
      credentialsFile: auth === null ? null : accessFile(claim.folder),
      agents,
      durationMs: readyMs,
    });
    return { agents, readyMs };
  }

  #attach(configured: PlatformConfig, signal: AbortSignal): Promise<Platform> {
    const { redactor, runtime } = this.#options;
    return attachPlatform(
      attachedSpec(configured, runtime, (secret) => redactor.add(secret)),
      signal,
    );
  }

  async #use(name: string, platform: Platform): Promise<void> {
    this.#platforms.set(name, platform);
    this.#watches.set(name, this.#undo.use(await IncidentWatch.open(platform.marathon)));
  }

  /** Tasks in containers meet the store and the outside systems in a network of their own; processes need none. */
  #runNetwork(): Promise<RunNetwork | null> {
    const { runtime, claim } = this.#options;
    if (runtime === 'process') return Promise.resolve(null);
    this.#network ??= createRunNetwork(`stagegate-${claim.id}`, claim.labels).then((network) =>
      this.#undo.use(network),
    );
    return this.#network;
  }

  #openEnvironments(platform: Platform): Environments {
    const { config, claim, clock, redactor } = this.#options;
    const configured = config.platforms.find(({ name }) => name === platform.name);
    return new Environments({
      system: config.system,
      root: config.root,
      env: readSettings().env,
      environments: config.environments,
      tools: {
        marathon: marathonApi(platform.marathon),
        clock,
        lastOutput: (taskId) => platform.lastOutput(taskId),
        inspect: (appId) => inspectApp(platform.marathon, mesosOf(platform.access), appId),
      },
      reserve: (appId) => platform.addresses.reserve(appId),
      store: (name, tenant) =>
        configured === undefined
          ? this.#ownStore(name, tenant)
          : lastingStore(
              { config, platform: configured, onSecret: (secret) => redactor.add(secret) },
              name,
              tenant,
            ),
      onSecret: (secret) => redactor.add(secret),
      externals: (name) => this.#externalsIn(name),
      // What outlives the run must not carry its marker, or the next sweep would end it.
      labels: platform.lifetime === 'command' ? { STAGEGATE_RUN: claim.id } : {},
    });
  }

  /** The stand-ins, and the addresses that an environment has instead. */
  #externalsIn(environment: string): Readonly<Record<string, string>> {
    const index = this.#options.config.environments.findIndex(({ name }) => name === environment);
    const written = Object.entries(this.#options.config.environments[index]?.externals ?? {});
    const own = written.map(([name, address]) => [
      name,
      resolveText(address, `environments.${index}.externals.${name}`),
    ]);
    return { ...this.externals, ...Object.fromEntries(own) };
  }

  async #ownStore(name: string, tenant: Tenant): Promise<StoreFields | null> {
    return (await this.stores?.access(name, tenant))?.task ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What tasks printed goes with their sandboxes; a log that cannot be kept keeps nothing else from going.
    for (const platform of this.#platforms.values()) {
      await platform.collectLogs(this.#options.logs).catch(() => {});
    }
    await this.#undo.disposeAsync();
    await redactLogs(this.#options.logs, this.#options.redactor);
  }
}

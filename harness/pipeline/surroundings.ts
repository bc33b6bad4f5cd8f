import { join } from 'node:path';
import { type Registry, startRegistry } from '../builders/index.ts';
import type { Config } from '../config/index.ts';
import { applyRoles, Environments, lastWords, marathonApi } from '../environments/index.ts';
import type { RunCluster, RunEvent, RuntimeName } from '../model/index.ts';
import {
  type Cluster,
  createRunNetwork,
  type Postgres,
  type RunNetwork,
  startCluster,
  startPostgres,
} from '../platforms/index.ts';
import type { Clock } from '../plumbing/clock.ts';
import type { RunClaim } from '../reaper/index.ts';
import type { ClusterAccess } from '../runners/index.ts';
import { startExternals } from './externals.ts';
import type { Surrounding } from './plan.ts';

export interface SurroundingsOptions {
  readonly config: Config;
  readonly runtime: RuntimeName;
  readonly claim: RunClaim;
  /** Where logs go. */
  readonly logs: string;
  readonly clock: Clock;
  readonly report: (event: RunEvent) => void;
}

/** What a run starts for itself. Disposing takes down what was started, the last first. */
export class Surroundings implements AsyncDisposable {
  readonly #options: SurroundingsOptions;
  readonly #undo = new AsyncDisposableStack();
  #network: Promise<RunNetwork | null> | null = null;
  #registry: Promise<Registry> | null = null;
  #environments: Environments | null = null;
  cluster: Cluster | null = null;
  postgres: Postgres | null = null;
  externals: Readonly<Record<string, string>> = {};

  constructor(options: SurroundingsOptions) {
    this.#options = options;
  }

  async start(what: Surrounding, signal: AbortSignal): Promise<RunCluster | null> {
    switch (what) {
      case 'cluster':
        return this.#startCluster(signal);
      case 'store':
        await this.#startStore(signal);
        return null;
      case 'externals':
        await this.#startExternals();
        return null;
    }
  }

  /** As tests reach the cluster; null while there is none. */
  get clusterAccess(): ClusterAccess | null {
    const { cluster } = this;
    if (cluster === null) return null;
    return {
      marathonUrl: String(cluster.marathonUrl),
      mesosUrl: String(cluster.mesosUrl),
      edgeUrl: String(cluster.edge?.url),
      auth: cluster.auth,
      taskHost: cluster.taskHost,
    };
  }

  /** Where images go; null where artifacts are bundles. Started when first asked for. */
  registry(signal: AbortSignal): Promise<Registry | null> {
    const { runtime, claim } = this.#options;
    if (runtime === 'process') return Promise.resolve(null);
    this.#registry ??= startRegistry({ runId: claim.id, labels: claim.labels, signal }).then((registry) =>
      this.#undo.use(registry),
    );
    return this.#registry;
  }

  /** @throws when the cluster or the store has not been started. */
  get environments(): Environments {
    this.#environments ??= this.#openEnvironments();
    return this.#environments;
  }

  async #startCluster(signal: AbortSignal): Promise<RunCluster> {
    const { config, runtime, claim, logs, clock, report } = this.#options;
    const startedMs = clock.now();
    const network = await this.#runNetwork();
    const { agents, agentResources } = config.cluster;
    const cluster = await startCluster(
      {
        agents,
        agentResources,
        runtime,
        folder: claim.folder,
        temporaryFolder: claim.temporaryFolder,
        logFolder: logs,
        marker: claim.marker,
        labels: claim.labels,
        ...(network === null ? {} : { network }),
      },
      signal,
    );
    this.cluster = this.#undo.use(cluster);
    await applyRoles(cluster, config.environments);
    const readyMs = clock.now() - startedMs;
    report({
      kind: 'cluster-ready',
      marathonUrl: String(cluster.marathonUrl),
      mesosUrl: String(cluster.mesosUrl),
      edgeUrl: String(cluster.edge?.url),
      agents,
      durationMs: readyMs,
    });
    return { agents, readyMs };
  }

  async #startStore(signal: AbortSignal): Promise<void> {
    const { runtime, claim, logs } = this.#options;
    const network = await this.#runNetwork();
    const postgres = await startPostgres({
      runtime,
      folder: claim.folder,
      temporaryFolder: claim.temporaryFolder,
      logFile: join(logs, 'postgres.log'),
      marker: claim.marker,
      labels: claim.labels,
      ...(network === null ? {} : { dockerNetwork: network.name }),
      signal,
    });
    this.postgres = this.#undo.use(postgres);
  }

  async #startExternals(): Promise<void> {
    const network = await this.#runNetwork();
    const host = network?.gateway ?? '127.0.0.1';
    this.externals = await startExternals(this.#options.config.externals, host, this.#undo);
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

  #openEnvironments(): Environments {
    const { config, claim, clock } = this.#options;
    const { cluster } = this;
    if (cluster?.marathon == null || cluster.edge === null) throw new Error('No cluster was started.');
    const { marathon, edge } = cluster;
    return new Environments({
      system: config.system,
      tools: {
        marathon: marathonApi(marathon),
        clock,
        lastWords: (taskId) => lastWords(cluster, taskId),
      },
      reserve: async (appId) => (await edge.reserve(appId)).taskAddress,
      createDatabase: (name) => {
        if (this.postgres === null) throw new Error('No store was started.');
        return this.postgres.createDatabase(name);
      },
      externals: this.externals,
      labels: claim.marker,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What tasks printed goes with their sandboxes; a log that cannot be kept keeps nothing else from going.
    await this.cluster?.collectLogs(this.#options.logs).catch(() => {});
    await this.#undo.disposeAsync();
  }
}

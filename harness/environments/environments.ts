import type { EnvironmentConfig, ServiceConfig } from '../config/index.ts';
import { type Artifact, neighboursOf } from '../model/index.ts';
import type { StoreFields, Tenant } from '../platforms/index.ts';
import { type DeployManner, type DeployTools, deployApp, type RunningApp } from './deploy-app.ts';
import { appIdOf, deriveApp, groupOf, labelNames } from './derive-app.ts';
import { settingsOf } from './service-settings.ts';

export interface EnvironmentsOptions {
  readonly system: string;
  /** Project root, for secrets in files. */
  readonly root: string;
  /** Environment of this process, for secrets in variables. */
  readonly env: NodeJS.ProcessEnv;
  readonly environments: readonly EnvironmentConfig[];
  readonly tools: Omit<DeployTools, 'onProgress'>;
  /** The stable address of an app, as tasks reach it; the app need not exist yet. */
  reserve(appId: string): Promise<string>;
  /** What a service has of a store, as tasks reach it; null when there is no store of that name. */
  store(name: string, tenant: Tenant): Promise<StoreFields | null>;
  /** Told of every secret before it is handed to a service, which may print it. */
  readonly onSecret: (secret: string) => void;
  /** Outside system → address in an environment, as tasks reach it. */
  externals(environment: string): Readonly<Record<string, string>>;
  /** Put on every app. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface DeployRequest {
  readonly service: ServiceConfig;
  readonly environment: string;
  readonly artifact: Artifact;
  /** Absent: the app is ours alone, and what does not become healthy is taken back. */
  readonly manner?: DeployManner;
  readonly onProgress: (text: string) => void;
  /** Deploys into a copy of the environment, with a group and stores of its own: `/staging/shop-control`. */
  readonly copy?: string;
}

/** The environments of one system on one cluster: each a group of apps under a role, with stores of its own. */
export class Environments {
  readonly #options: EnvironmentsOptions;

  constructor(options: EnvironmentsOptions) {
    this.#options = options;
  }

  /**
   * Resolves once every task of the artifact is healthy in the environment.
   * @throws `SG_DEPLOYMENT_FAILED`, with the version from before deployed again; `SG_SECRET_MISSING`.
   */
  async deploy(request: DeployRequest, signal: AbortSignal): Promise<{ readonly tasks: number }> {
    const { service, environment, artifact, manner, onProgress, copy } = request;
    const { system, tools, labels, env } = this.#options;
    const settings = await this.#settings(service, environment, copy);
    const app = deriveApp({
      definition: {
        ...service.definition,
        ...this.#environment(environment).overrides[service.name]?.definition,
      },
      start: service.start,
      imageStart: service.imageStart,
      artifact,
      group: groupOf(environment, system, copy),
      environment,
      env: settings,
      labels: { ...labels, [labelNames.calls]: callsOf(service, groupOf(environment, system)) },
      ...(env.PATH === undefined ? {} : { path: env.PATH }),
    });
    return deployApp(app, { ...tools, onProgress }, signal, manner);
  }

  /** What Marathon has of a service now; null when it has nothing. */
  inspect(service: string, environment: string): Promise<RunningApp | null> {
    const { system, tools } = this.#options;
    return tools.marathon.app(appIdOf(groupOf(environment, system), service));
  }

  /** Takes a service out of an environment. */
  async remove(service: string, environment: string): Promise<void> {
    const { system, tools } = this.#options;
    await tools.marathon.deleteApp(appIdOf(groupOf(environment, system), service));
  }

  #settings(
    service: ServiceConfig,
    environment: string,
    copy: string | undefined,
  ): Promise<Readonly<Record<string, string>>> {
    const { system, root, env, externals, onSecret } = this.#options;
    const group = groupOf(environment, system, copy);
    const tenant = copy === undefined ? environment : `${environment}-${copy}`;
    return settingsOf(service, {
      environment: this.#environment(environment),
      root,
      env,
      onSecret,
      addresses: {
        service: (name) => this.#options.reserve(appIdOf(group, name)),
        externals: externals(environment),
        store: (name) => this.#options.store(name, { environment: tenant, service: service.name }),
      },
    });
  }

  #environment(name: string): EnvironmentConfig {
    const found = this.#options.environments.find((environment) => environment.name === name);
    if (found === undefined) throw new Error(`There is no environment "${name}".`);
    return found;
  }
}

/** The apps of the services that it declares, in its own environment. */
function callsOf(service: ServiceConfig, group: string): string {
  return neighboursOf(service)
    .map((name) => appIdOf(group, name))
    .join(',');
}

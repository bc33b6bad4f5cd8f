import type { ServiceConfig } from '../config/index.ts';
import type { Artifact } from '../model/index.ts';
import { bind } from './bindings.ts';
import { type DeployTools, deployApp } from './deploy-app.ts';
import { appIdOf, deriveApp, groupOf } from './derive-app.ts';

export interface EnvironmentsOptions {
  readonly system: string;
  readonly tools: Omit<DeployTools, 'onProgress'>;
  /** The stable address of an app, as tasks reach it; the app need not exist yet. */
  reserve(appId: string): Promise<string>;
  /** Creates an empty database; resolves to its URL as tasks reach it. */
  createDatabase(name: string): Promise<string>;
  /** Outside system → address, as tasks reach it. */
  readonly externals: Readonly<Record<string, string>>;
  /** Put on every app. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface DeployRequest {
  readonly service: ServiceConfig;
  readonly environment: string;
  readonly artifact: Artifact;
  readonly onProgress: (text: string) => void;
}

/** The environments of one system on one cluster: each a group of apps under a role, with databases of its own. */
export class Environments {
  readonly #options: EnvironmentsOptions;
  /** A service keeps its database from version to version. */
  readonly #databases = new Map<string, Promise<string>>();

  constructor(options: EnvironmentsOptions) {
    this.#options = options;
  }

  /**
   * Resolves once every task of the artifact is healthy in the environment.
   * @throws `SG_DEPLOYMENT_FAILED`, with what stood before standing again.
   */
  async deploy(request: DeployRequest, signal: AbortSignal): Promise<{ readonly tasks: number }> {
    const { service, environment, artifact, onProgress } = request;
    const { system, tools, labels } = this.#options;
    const app = deriveApp({
      definition: service.definition,
      artifact,
      group: groupOf(environment, system),
      environment,
      env: await this.#bindings(service, environment),
      labels,
    });
    return deployApp(app, { ...tools, onProgress }, signal);
  }

  async #bindings(service: ServiceConfig, environment: string): Promise<Readonly<Record<string, string>>> {
    const group = groupOf(environment, this.#options.system);
    const neighbours = [...new Set(Object.values(service.neighbours))];
    const [database, addresses] = await Promise.all([
      service.database === null ? null : this.#database(service.name, environment),
      Promise.all(
        neighbours.map(async (name) => [name, await this.#options.reserve(appIdOf(group, name))] as const),
      ),
    ]);
    return bind(service, {
      database,
      neighbours: Object.fromEntries(addresses),
      externals: this.#options.externals,
    });
  }

  #database(service: string, environment: string): Promise<string> {
    const name = `${environment}-${service}`;
    const known = this.#databases.get(name) ?? this.#options.createDatabase(name);
    this.#databases.set(name, known);
    return known;
  }
}

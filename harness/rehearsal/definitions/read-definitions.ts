import { readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Config, EnvironmentConfig, ServiceConfig } from '../../config/index.ts';
import { settingsOf } from '../../environments/index.ts';
import type { StoreFields } from '../../platforms/index.ts';
import type { AppFacts, DefinitionFacts, HealthCheckFacts, ServiceFacts } from '../../policy/index.ts';
import { whatBuildMakes } from './build-outputs.ts';
import { readDockerfile } from './dockerfile.ts';
import { fieldsSent } from './fields-sent.ts';
import { limitsOfCode } from './limits-of-code.ts';
import { settingsOfCode, sourcesBelow } from './settings-of-code.ts';

/** Marathon's own values where a definition says nothing. */
const defaults = { instances: 1, cpus: 1, memMiB: 128, killGraceSeconds: 3, maxConsecutiveFailures: 3 };

/** Reads app definitions, Dockerfiles and sources of every service, for the checks of what is written. */
export async function readDefinitions(
  config: Config,
  { runtime, largestAgent }: Pick<DefinitionFacts, 'runtime' | 'largestAgent'>,
): Promise<DefinitionFacts> {
  return {
    services: await Promise.all(config.services.map((service) => readService(config, service))),
    sent: await fieldsSent(config.folders.pacts),
    environments: config.environments.map(({ name }) => name),
    runtime,
    largestAgent,
  };
}

async function readService(config: Config, service: ServiceConfig): Promise<ServiceFacts> {
  const sources = (await sourcesBelow(service.path)).filter((file) => /\.[mc]?[tj]s$/.test(file));
  const [dockerfile, buildMakes, reads, limits] = await Promise.all([
    readFile(join(service.path, 'Dockerfile'), 'utf8').then(readDockerfile, () => null),
    whatBuildMakes(service.path),
    settingsOfCode(service.path),
    limitsOfCode(sources),
  ]);
  return {
    name: service.name,
    folder: relative(config.root, service.path),
    app: appFacts(service),
    dockerfile,
    buildMakes,
    reads,
    limits,
    environmentWide: [
      ...new Set(
        config.environments.flatMap(({ env, secrets }) => [...Object.keys(env), ...Object.keys(secrets)]),
      ),
    ],
    env: Object.fromEntries(
      await Promise.all(
        config.environments.map(async (each) => [each.name, await envIn(config, service, each)] as const),
      ),
    ),
  };
}

/** The members that the checks read; the wire's names end here. */
export function appFacts({ definition }: Pick<ServiceConfig, 'definition'>): AppFacts {
  const strategy = members(definition.upgradeStrategy);
  return {
    instances: definition.instances ?? defaults.instances,
    cpus: definition.cpus ?? defaults.cpus,
    memMiB: definition.mem ?? defaults.memMiB,
    minimumHealthCapacity: numberOf(strategy.minimumHealthCapacity, 1),
    maximumOverCapacity: numberOf(strategy.maximumOverCapacity, 1),
    killGraceSeconds: numberOf(definition.taskKillGracePeriodSeconds, defaults.killGraceSeconds),
    containerPorts: (definition.container?.portMappings ?? []).map(({ name = null, containerPort = 0 }) => ({
      name,
      port: containerPort,
    })),
    healthChecks: listOf(definition.healthChecks).map(healthCheck),
    readinessChecks: listOf(definition.readinessChecks).map(({ portName }) => ({
      portName: typeof portName === 'string' ? portName : null,
    })),
    dependencies: (definition.dependencies ?? []).map((id) => basename(id)),
  };
}

function healthCheck({ protocol, portIndex, maxConsecutiveFailures }: Members): HealthCheckFacts {
  return {
    protocol: typeof protocol === 'string' ? protocol : 'HTTP',
    portIndex: typeof portIndex === 'number' ? portIndex : null,
    maxConsecutiveFailures: numberOf(maxConsecutiveFailures, defaults.maxConsecutiveFailures),
  };
}

/** The app's variables in one environment, with addresses that name the environment they lead to; secrets are not read. */
async function envIn(
  config: Config,
  service: ServiceConfig,
  environment: EnvironmentConfig,
): Promise<Readonly<Record<string, string>>> {
  const { name } = environment;
  const override = environment.overrides[service.name];
  const secrets = { ...service.secrets, ...environment.secrets, ...override?.secrets };
  const overrides = override === undefined ? {} : { [service.name]: { ...override, secrets: {} } };
  const settings = await settingsOf(
    { ...service, secrets: {} },
    {
      environment: { ...environment, secrets: {}, overrides },
      root: config.root,
      env: {},
      onSecret: () => {},
      addresses: {
        service: async (neighbour) => `http://${neighbour}.${config.system}.${name}.internal`,
        externals: Object.fromEntries(
          config.externals.map((each) => [each.name, `http://${each.name}.outside`]),
        ),
        store: async (store) =>
          config.stores.some((each) => each.name === store) ? storeIn(name, store, service) : null,
      },
    },
  );
  const written = Object.entries(service.definition.env ?? {}).map(([variable, value]) => [
    variable,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const hidden = Object.keys(secrets).map((variable) => [variable, 'a secret']);
  return { ...Object.fromEntries(written), ...settings, ...Object.fromEntries(hidden) };
}

function storeIn(environment: string, store: string, { name }: ServiceConfig): StoreFields {
  const host = `${store}.${environment}.internal`;
  const url = `${store}://${host}/${name}`;
  return { url, host, port: '1', user: name, password: 'a secret', database: name, prefix: name };
}

type Members = Readonly<Record<string, unknown>>;

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(members) : [];
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

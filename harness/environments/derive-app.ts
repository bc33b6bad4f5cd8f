import { dirname } from 'node:path';
import type { AppDefinition } from '../config/index.ts';
import { type Artifact, unreachable } from '../model/index.ts';
import { deploymentDeadlineLabel, serviceCallsLabel, serviceVersionLabel } from '../platforms/index.ts';

/** What makes an authors' app definition deployable: which bytes, where, and the addresses it is given. */
export interface Subject {
  readonly definition: AppDefinition;
  /** Shell command of a process, run where the bundle is unpacked; unless the definition has one. */
  readonly start: string | null;
  /** Shell command of a container, unless the definition has one; null: the image's own. */
  readonly imageStart: string | null;
  readonly artifact: Artifact;
  /** Absolute Marathon group the app goes into: `/staging/shop`. */
  readonly group: string;
  /** Environment; also the Mesos role it runs under. */
  readonly environment: string;
  /**
   * Settings, addresses, secrets: variable → value. Wins over the definition's own. `{port}` in a value is the port the
   * service is told to listen on.
   */
  readonly env: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Executable of Node for the process runtime; default: the one that runs this. */
  readonly node?: string;
  /** Where else a process finds its tools. */
  readonly path?: string;
}

/** Labels that tell whose app it is and what it runs. */
export const labelNames = {
  service: 'STAGEGATE_SERVICE',
  environment: 'STAGEGATE_ENVIRONMENT',
  version: serviceVersionLabel,
  digest: 'STAGEGATE_DIGEST',
  calls: serviceCallsLabel,
  /** Set by a service's authors: how long its deployment may take. */
  deadlineSeconds: deploymentDeadlineLabel,
} as const;

/** `/staging/shop/orders` */
export function appIdOf(group: string, service: string): string {
  return `${group.replace(/\/$/, '')}/${service}`;
}

/** The group of a system in an environment: `/staging/shop`; of a copy of it: `/staging/shop-control`. */
export function groupOf(environment: string, system: string, copy?: string): string {
  return `/${environment}/${system}${copy === undefined ? '' : `-${copy}`}`;
}

/**
 * The app as Marathon gets it. Pure. What the authors wrote stays, but for what the runtime and the environment decide:
 * id, role, what to run, its ports and its addresses.
 */
export function deriveApp(subject: Subject): AppDefinition {
  const { definition, artifact, group, environment, labels } = subject;
  return {
    ...definition,
    ...runs(subject),
    id: appIdOf(group, artifact.service),
    role: environment,
    labels: {
      ...definition.labels,
      ...labels,
      [labelNames.service]: artifact.service,
      [labelNames.environment]: environment,
      [labelNames.version]: artifact.version,
      [labelNames.digest]: artifact.digest,
    },
  };
}

function runs(subject: Subject): Partial<AppDefinition> {
  switch (subject.artifact.runtime) {
    case 'process':
      return runsAsProcess(subject);
    case 'docker':
      return runsInContainer(subject);
    default:
      return unreachable(subject.artifact.runtime);
  }
}

/** The bundle beside a command, on the host's network; Marathon tells the port in PORT. */
function runsAsProcess(subject: Subject): Partial<AppDefinition> {
  const {
    definition,
    artifact,
    start,
    node = process.execPath,
    path = '/usr/local/bin:/usr/bin:/bin',
  } = subject;
  const { PORT: _, ...ownEnv } = definition.env ?? {};
  const { PORT: __, ...env } = subject.env;
  const cmd = definition.cmd ?? (hasArgs(definition) ? undefined : start);
  const mappings = definition.container?.portMappings;
  const volumes = definition.container?.volumes ?? [];
  return {
    cmd: cmd == null ? undefined : withPort(cmd, env),
    container: volumes.length === 0 ? undefined : { type: 'MESOS', volumes },
    fetch: [
      { uri: artifact.location, extract: true, executable: false, cache: false },
      ...(definition.fetch ?? []),
    ],
    networks: [{ mode: 'host' }],
    ...(mappings === undefined
      ? {}
      : { portDefinitions: mappings.map(asPortDefinition), requirePorts: false }),
    ...(mappings === undefined || definition.healthChecks === undefined
      ? {}
      : { healthChecks: definition.healthChecks.map((check) => byIndex(check, mappings)) }),
    env: {
      ...ownEnv,
      LISTEN_ADDRESS: '127.0.0.1',
      PATH: `${dirname(node)}:${path}`,
      ...withoutPort(env),
    },
  };
}

type Mapping = NonNullable<NonNullable<AppDefinition['container']>['portMappings']>[number];
type HealthCheck = NonNullable<AppDefinition['healthChecks']>[number];

function asPortDefinition({
  protocol = 'tcp',
  name,
  labels,
}: Mapping): NonNullable<AppDefinition['portDefinitions']>[number] {
  return {
    port: 0,
    protocol,
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { labels }),
  };
}

/** A port inside a container means nothing to a process; the mapping it belongs to does. */
function byIndex(check: HealthCheck, mappings: readonly Mapping[]): HealthCheck {
  const portIndex = mappings.findIndex(({ containerPort }) => containerPort === check.port);
  if (check.port === undefined || portIndex < 0) return check;
  const { port: _, ...rest } = check;
  return { ...rest, portIndex };
}

function hasArgs({ args }: AppDefinition): boolean {
  return args != null && args.length > 0;
}

const portTemplate = '{port}';

/** Variables with the port in them are set by the shell, which is the first to know it. */
function withPort(cmd: string, env: Readonly<Record<string, string>>): string {
  const exports = Object.entries(env)
    .filter(([, value]) => value.includes(portTemplate))
    .map(([variable, value]) => `${variable}="${escaped(value).replaceAll(portTemplate, '$PORT')}"`);
  const command = cmd.replaceAll(portTemplate, '$PORT');
  return exports.length === 0 ? command : `export ${exports.join(' ')}; ${command}`;
}

function escaped(value: string): string {
  return value.replaceAll(/["$`\\]/g, (character) => `\\${character}`);
}

function withoutPort(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => !value.includes(portTemplate)));
}

/** The image by digest; the service listens on the port it declares, wherever that is published. */
function runsInContainer({ definition, artifact, imageStart, env }: Subject): Partial<AppDefinition> {
  const containerPort = definition.container?.portMappings?.[0]?.containerPort;
  const port = containerPort === undefined ? '' : String(containerPort);
  const cmd = definition.cmd ?? (hasArgs(definition) ? undefined : (imageStart ?? undefined));
  return {
    ...(cmd === undefined ? {} : { cmd }),
    container: {
      ...definition.container,
      type: 'DOCKER',
      docker: { ...definition.container?.docker, image: artifact.location },
    },
    env: {
      ...(port === '' ? {} : { PORT: port }),
      ...definition.env,
      ...Object.fromEntries(
        Object.entries(env).map(([variable, value]) => [variable, value.replaceAll(portTemplate, port)]),
      ),
    },
  };
}

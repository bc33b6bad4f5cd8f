import { dirname } from 'node:path';
import type { AppDefinition } from '../config/index.ts';
import { type Artifact, unreachable } from '../model/index.ts';
import { deploymentDeadlineLabel, serviceVersionLabel } from '../platforms/index.ts';

/** What makes an authors' app definition deployable: which bytes, where, and the addresses it is given. */
export interface Subject {
  readonly definition: AppDefinition;
  readonly artifact: Artifact;
  /** Absolute Marathon group the app goes into: `/staging/shop`. */
  readonly group: string;
  /** Environment; also the Mesos role it runs under. */
  readonly environment: string;
  /** Database, neighbours, outside systems: variable → value. Wins over the definition's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Executable of Node for the process runtime; default: the one that runs this. */
  readonly node?: string;
}

/** Labels that tell whose app it is and what it runs. */
export const labelNames = {
  service: 'STAGEGATE_SERVICE',
  environment: 'STAGEGATE_ENVIRONMENT',
  version: serviceVersionLabel,
  digest: 'STAGEGATE_DIGEST',
  /** Set by a service's authors: how long its deployment may take. */
  deadlineSeconds: deploymentDeadlineLabel,
} as const;

/** `/staging/shop/orders` */
export function appIdOf(group: string, service: string): string {
  return `${group.replace(/\/$/, '')}/${service}`;
}

/** The group of a system in an environment: `/staging/shop`. */
export function groupOf(environment: string, system: string): string {
  return `/${environment}/${system}`;
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
function runsAsProcess({
  definition,
  artifact,
  env,
  node = process.execPath,
}: Subject): Partial<AppDefinition> {
  const { PORT: _, ...ownEnv } = definition.env ?? {};
  return {
    // The shell must make way, or a SIGTERM would end it and not the service.
    cmd: 'exec node server.mjs',
    args: undefined,
    container: undefined,
    fetch: [{ uri: artifact.location, extract: true, executable: false, cache: false }],
    networks: [{ mode: 'host' }],
    portDefinitions: (definition.container?.portMappings ?? []).map((mapping) => ({
      port: 0,
      protocol: mapping.protocol ?? 'tcp',
      ...(mapping.name === undefined ? {} : { name: mapping.name }),
      ...(mapping.labels === undefined ? {} : { labels: mapping.labels }),
    })),
    requirePorts: false,
    env: {
      ...ownEnv,
      LISTEN_ADDRESS: '127.0.0.1',
      PATH: `${dirname(node)}:/usr/local/bin:/usr/bin:/bin`,
      ...env,
    },
  };
}

/** The image by digest; the service listens on the port it declares, wherever that is published. */
function runsInContainer({ definition, artifact, env }: Subject): Partial<AppDefinition> {
  const containerPort = definition.container?.portMappings?.[0]?.containerPort;
  return {
    container: {
      ...definition.container,
      type: 'DOCKER',
      docker: { ...definition.container?.docker, image: artifact.location },
    },
    env: {
      ...(containerPort === undefined ? {} : { PORT: String(containerPort) }),
      ...definition.env,
      ...env,
    },
  };
}

import { type AppDefinition, asDouble } from '../definition/index.ts';
import type { TaskPort } from './ports.ts';

/** Every variable that Marathon gives a task. The app's own win over them; those that name a secret get its value. */
export function environmentOf(options: {
  readonly app: AppDefinition;
  readonly taskId: string;
  readonly host: string;
  readonly ports: readonly TaskPort[];
  readonly secrets: Readonly<Record<string, string>>;
}): Readonly<Record<string, string>> {
  const { app, taskId, host, ports, secrets } = options;
  return {
    ...contextOf(app, taskId),
    ...labelVariables(app.labels),
    ...portVariables(ports),
    HOST: host,
    ...ownVariables(app, secrets),
  };
}

function contextOf(app: AppDefinition, taskId: string): Record<string, string> {
  const { container } = app;
  const image = container?.type === 'DOCKER' ? container.docker?.image : undefined;
  return {
    MESOS_TASK_ID: taskId,
    MARATHON_APP_ID: app.id,
    MARATHON_APP_VERSION: app.version,
    ...(image !== undefined && { MARATHON_APP_DOCKER_IMAGE: image }),
    MARATHON_APP_RESOURCE_CPUS: asDouble(app.cpus),
    MARATHON_APP_RESOURCE_MEM: asDouble(app.mem),
    MARATHON_APP_RESOURCE_DISK: asDouble(app.disk),
    MARATHON_APP_RESOURCE_GPUS: String(app.gpus),
  };
}

/** Longer names and values are left out, as in Marathon. */
const longest = 512;
const prefix = 'MARATHON_APP_LABEL_';

function labelVariables(labels: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(labels)
    .filter(([key, value]) => key.length < longest - prefix.length && value.length < longest)
    .map(([key, value]) => [key.replaceAll(/[^a-zA-Z0-9_]+/g, '_').toUpperCase(), value] as const);
  return {
    MARATHON_APP_LABELS: named.map(([key]) => key).join(' '),
    ...Object.fromEntries(named.map(([key, value]) => [`${prefix}${key}`, value])),
  };
}

function portVariables(ports: readonly TaskPort[]): Record<string, string> {
  if (ports.length === 0) return {};
  const effective = ports.map(({ hostPort, containerPort }) => String(hostPort ?? containerPort));
  const variables: Record<string, string> = {};
  for (const [index, port] of ports.entries()) {
    const value = effective[index] ?? '';
    variables[`PORT${index}`] = value;
    variables[`PORT_${port.requested === 0 ? value : port.requested}`] = value;
  }
  for (const [index, { name }] of ports.entries()) {
    if (name !== undefined) variables[`PORT_${name.toUpperCase()}`] = effective[index] ?? '';
  }
  const assigned = ports.flatMap(({ hostPort }) => (hostPort === undefined ? [] : [String(hostPort)]));
  if (assigned[0] !== undefined) variables.PORT = assigned[0];
  variables.PORTS = assigned.join(',');
  return variables;
}

function ownVariables(
  { id, env, secrets: declared }: AppDefinition,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      const source = declared[value.secret]?.source ?? value.secret;
      const secret = secrets[source];
      if (secret === undefined)
        throw new Error(`${id}: no value for the secret '${source}' that ${key} names`);
      return [key, secret];
    }),
  );
}

import type { CommandInfo, DiscoveryInfo, Labels, Offer, Resource, TaskInfo } from '../../mesos/v1.ts';
import type { AppDefinition } from '../definition/index.ts';
import { checkInfoOf, healthCheckInfoOf } from './check-info.ts';
import { containerInfoOf } from './container-info.ts';
import { environmentOf } from './environment.ts';
import type { OfferMatch } from './match-offer.ts';
import { portsOf, type TaskPort } from './ports.ts';

/** What the agent is told to run. `secrets`: values by secret source; a missing one throws. */
export function buildTask(options: {
  readonly app: AppDefinition;
  readonly offer: Offer;
  readonly match: OfferMatch & { readonly kind: 'match' };
  readonly taskId: string;
  /** What the task gets, when that is not what was taken of the offer as it came. */
  readonly resources?: readonly Resource[];
  readonly secrets?: Readonly<Record<string, string>>;
}): TaskInfo {
  const { app, offer, match, taskId, resources = match.resources, secrets = {} } = options;
  const ports = portsOf(app, match.hostPorts);
  const container = containerInfoOf(app, taskId, ports);
  const healthCheck = healthCheckInfoOf(app, ports);
  const check = checkInfoOf(app, ports);
  const limits = limitsOf(app);
  return {
    name: hostnameOf(app),
    task_id: { value: taskId },
    agent_id: offer.agent_id,
    resources,
    command: commandOf(app, environmentOf({ app, taskId, host: offer.hostname, ports, secrets })),
    ...(container && { container }),
    ...(healthCheck && { health_check: healthCheck }),
    ...(check && { check }),
    ...(app.taskKillGracePeriodSeconds !== undefined && {
      kill_policy: { grace_period: { nanoseconds: app.taskKillGracePeriodSeconds * 1e9 } },
    }),
    ...(Object.keys(app.labels).length > 0 && { labels: labelsOf(app.labels) }),
    ...(limits && { limits }),
    discovery: discoveryOf(app, ports),
  };
}

/** `c.b.a` for `/a/b/c`, a name that service discovery can use as a host. */
function hostnameOf(app: AppDefinition): string {
  return app.id.slice(1).split('/').toReversed().join('.');
}

function commandOf(app: AppDefinition, environment: Readonly<Record<string, string>>): CommandInfo {
  const [program] = app.args;
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  return {
    ...(app.cmd !== undefined && { value: app.cmd }),
    ...(program !== undefined && app.container?.docker === undefined && { value: program }),
    shell: app.cmd !== undefined,
    ...(app.args.length > 0 && { arguments: app.args }),
    environment: { variables },
    ...(app.fetch.length > 0 && {
      uris: app.fetch.map(({ uri, extract, executable, cache, destPath }) => ({
        value: uri,
        extract,
        executable,
        cache,
        ...(destPath !== undefined && { output_file: destPath }),
      })),
    }),
    ...(app.user !== undefined && { user: app.user }),
  };
}

function discoveryOf(app: AppDefinition, ports: readonly TaskPort[]): DiscoveryInfo {
  const inHostMode = app.networks.every(({ mode }) => mode === 'host');
  return {
    visibility: 'FRAMEWORK',
    name: hostnameOf(app),
    ports: {
      ports: ports.flatMap(({ name, protocol, labels, hostPort, containerPort }) =>
        protocol.split(',').map((one) => {
          const scope = hostPort === undefined ? 'container' : 'host';
          const all = inHostMode ? labels : { ...labels, 'network-scope': scope };
          return {
            number: hostPort ?? containerPort,
            ...(name !== undefined && { name }),
            protocol: one,
            ...(Object.keys(all).length > 0 && { labels: labelsOf(all) }),
          };
        }),
      ),
    },
  };
}

function labelsOf(labels: Readonly<Record<string, string>>): Labels {
  return { labels: Object.entries(labels).map(([key, value]) => ({ key, value })) };
}

function limitsOf({ resourceLimits }: AppDefinition): TaskInfo['limits'] | undefined {
  const limits = Object.entries(resourceLimits ?? {}).map(
    ([name, limit]) => [name, { value: limit === 'unlimited' ? 'Infinity' : limit }] as const,
  );
  return limits.length === 0 ? undefined : Object.fromEntries(limits);
}

import type { AppDefinition } from './app-definition.ts';

/** What a service says of itself where it has no `marathon.json`. */
export interface ServiceShape {
  readonly name: string;
  readonly port: number | null;
  readonly ready: string | null;
  readonly live: string | null;
}

/**
 * The Marathon app of a service without a `marathon.json`: one instance, small, on a bridge, checked at the paths it
 * names; where it names none, whether its port accepts connections is all that can be asked.
 */
export function deriveDefinition({ name, port, ready, live }: ServiceShape): AppDefinition {
  const common = {
    id: name,
    instances: 1,
    cpus: 0.1,
    mem: 256,
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
    taskKillGracePeriodSeconds: 5,
    backoffSeconds: 1,
    backoffFactor: 1.15,
    maxLaunchDelaySeconds: 5,
  };
  const networks = [{ mode: 'container/bridge' as const }];
  if (port === null) return { ...common, container: { type: 'DOCKER', docker: { image: name } }, networks };
  const timing = {
    portIndex: 0,
    delaySeconds: 0,
    gracePeriodSeconds: 60,
    intervalSeconds: 1,
    timeoutSeconds: 5,
    maxConsecutiveFailures: 5,
  };
  const alive = live ?? ready;
  return {
    ...common,
    container: {
      type: 'DOCKER',
      docker: { image: name },
      portMappings: [{ name: 'http', containerPort: port, hostPort: 0, protocol: 'tcp' }],
    },
    networks,
    healthChecks: [
      alive === null
        ? { protocol: 'MESOS_TCP', ...timing }
        : { protocol: 'MESOS_HTTP', path: alive, ...timing },
    ],
    ...(ready === null
      ? {}
      : {
          readinessChecks: [
            {
              name: 'ready',
              protocol: 'HTTP',
              path: ready,
              portName: 'http',
              intervalSeconds: 2,
              timeoutSeconds: 1,
              httpStatusCodesForReady: [200],
            },
          ],
        }),
  };
}

import type { CheckInfo, HealthCheck as WireHealthCheck } from '../../mesos/v1.ts';
import type { AppDefinition, HealthCheck } from '../definition/index.ts';
import type { TaskPort } from './ports.ts';

/** The health check that the executor makes beside the task; Mesos takes one. Undefined when Marathon makes them all. */
export function healthCheckInfoOf(
  app: AppDefinition,
  ports: readonly TaskPort[],
): WireHealthCheck | undefined {
  for (const check of app.healthChecks) {
    const target = targetOf(check, ports);
    if (target === undefined) continue;
    return {
      ...target,
      delay_seconds: check.delaySeconds,
      interval_seconds: check.intervalSeconds,
      timeout_seconds: check.timeoutSeconds,
      consecutive_failures: check.maxConsecutiveFailures,
      grace_period_seconds: check.gracePeriodSeconds,
    };
  }
  return undefined;
}

function targetOf(check: HealthCheck, ports: readonly TaskPort[]): WireHealthCheck | undefined {
  const port = portOf(check, ports);
  const protocol = check.ipProtocol;
  switch (check.protocol) {
    case 'COMMAND':
      return { type: 'COMMAND', command: { shell: true, value: check.command?.value ?? '' } };
    case 'MESOS_TCP':
      return port === undefined ? undefined : { type: 'TCP', tcp: { port, protocol } };
    case 'MESOS_HTTP':
    case 'MESOS_HTTPS': {
      if (port === undefined) return undefined;
      const scheme = check.protocol === 'MESOS_HTTPS' ? 'https' : 'http';
      return {
        type: 'HTTP',
        http: { scheme, port, protocol, ...(check.path !== undefined && { path: check.path }) },
      };
    }
    default:
      return undefined;
  }
}

/** `check` of the app, which Mesos reports and nobody acts on. */
export function checkInfoOf({ check }: AppDefinition, ports: readonly TaskPort[]): CheckInfo | undefined {
  if (check === undefined) return undefined;
  const timing = {
    delay_seconds: check.delaySeconds,
    interval_seconds: check.intervalSeconds,
    timeout_seconds: check.timeoutSeconds,
  };
  if (check.exec !== undefined) {
    const { command } = check.exec;
    const [program, ...rest] = 'argv' in command ? command.argv : [];
    const info =
      'shell' in command
        ? { shell: true, value: command.shell }
        : { shell: false, value: program, arguments: [program ?? '', ...rest] };
    return { type: 'COMMAND', command: { command: info }, ...timing };
  }
  const port = portOf(check.http ?? check.tcp ?? {}, ports);
  if (port === undefined) return undefined;
  if (check.http === undefined) return { type: 'TCP', tcp: { port }, ...timing };
  const { path } = check.http;
  return { type: 'HTTP', http: { port, ...(path !== undefined && { path }) }, ...timing };
}

/** The executor looks from inside the task's network, so the container port counts. */
function portOf(
  check: { readonly port?: number; readonly portIndex?: number },
  ports: readonly TaskPort[],
): number | undefined {
  if (check.port !== undefined) return check.port;
  return check.portIndex === undefined ? undefined : ports[check.portIndex]?.containerPort;
}

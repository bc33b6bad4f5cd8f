import type { AppDefinition, HealthCheck, ReadinessCheck } from '../definition/index.ts';
import { portsOf } from '../offers/index.ts';
import type { InstanceView } from './instance.ts';

/** An address that this process can connect to. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
}

/** Where Marathon's own check of this kind (HTTP, HTTPS, TCP) finds the task; undefined while that is not known. */
export function healthTarget(
  app: AppDefinition,
  check: HealthCheck,
  instance: InstanceView,
): ProbeTarget | undefined {
  if (check.port !== undefined) return targetOf(addressOf(app, instance), check.port);
  return check.portIndex === undefined ? undefined : endpointsOf(app, instance)[check.portIndex];
}

/** Where the port with the check's name is; undefined while that is not known. */
export function readinessTarget(
  app: AppDefinition,
  check: ReadinessCheck,
  instance: InstanceView,
): ProbeTarget | undefined {
  const declared = app.container?.portMappings ?? app.portDefinitions ?? [];
  const index = declared.findIndex(({ name }) => name === check.portName);
  return index === -1 ? undefined : endpointsOf(app, instance)[index];
}

/** By port index: the host's port where there is one, else the container's at the task's own address. */
function endpointsOf(app: AppDefinition, instance: InstanceView): readonly (ProbeTarget | undefined)[] {
  const remaining = [...instance.hostPorts];
  const wantsHostPort = app.container?.portMappings?.map(({ hostPort }) => hostPort !== undefined);
  const declared = wantsHostPort ?? (app.portDefinitions ?? []).map(() => true);
  const hostPorts = declared.map((wanted) => (wanted ? (remaining.shift() ?? null) : null));
  return portsOf(app, hostPorts).map(({ hostPort, containerPort }) =>
    hostPort === undefined
      ? targetOf(instance.ipAddresses[0]?.ipAddress, containerPort)
      : targetOf(instance.host, hostPort),
  );
}

function addressOf(app: AppDefinition, instance: InstanceView): string | undefined {
  const hasOwnAddress = app.networks.some(({ mode }) => mode === 'container');
  return hasOwnAddress ? instance.ipAddresses[0]?.ipAddress : instance.host;
}

function targetOf(host: string | undefined, port: number): ProbeTarget | undefined {
  return host === undefined || port === 0 ? undefined : { host, port };
}

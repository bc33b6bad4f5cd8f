import type { AppDefinition, NetworkProtocol } from '../definition/index.ts';

/** One port of a task, as the app declares it and as it came out. */
export interface TaskPort {
  readonly name?: string;
  readonly protocol: NetworkProtocol;
  readonly labels: Readonly<Record<string, string>>;
  /** Service port in host mode, container port otherwise; 0 when the app left the choice open. */
  readonly requested: number;
  /** Absent where a mapping wants no port of the host. */
  readonly hostPort?: number;
  /** Where the process listens in its own network; the host port in host mode. */
  readonly containerPort: number;
}

/** `hostPorts`: one per port definition or port mapping, null where none is wanted. */
export function portsOf(app: AppDefinition, hostPorts: readonly (number | null)[]): readonly TaskPort[] {
  const declared =
    app.container?.portMappings?.map((mapping) => ({ ...mapping, requested: mapping.containerPort })) ??
    (app.portDefinitions ?? []).map((definition) => ({
      ...definition,
      containerPort: 0,
      requested: definition.port,
    }));
  return declared.map(({ name, protocol, labels = {}, requested, containerPort }, index) => {
    const hostPort = hostPorts[index] ?? undefined;
    return {
      ...(name !== undefined && { name }),
      protocol,
      labels,
      requested,
      ...(hostPort !== undefined && { hostPort }),
      containerPort: containerPort === 0 ? (hostPort ?? 0) : containerPort,
    };
  });
}

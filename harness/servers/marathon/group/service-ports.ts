import { type AppDefinition, type Group, hasSameDefinition } from '../definition/index.ts';
import { appsBelow, findApp, mapTree } from './tree.ts';

/** Both ends belong to it. Marathon's: 10000 to 20000. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/** One per port definition or port mapping. */
export function servicePortsOf(app: AppDefinition): readonly number[] {
  return app.container?.portMappings?.map((mapping) => mapping.servicePort) ?? portsOf(app);
}

/**
 * Gives every service port of 0 a number: first those the app had before and no longer names, then the lowest that no app
 * of either tree uses.
 */
export function assignServicePorts(from: Group, to: Group, range: PortRange): Group | 'exhausted' {
  let free: Iterator<number> | undefined;
  let isExhausted = false;
  const next = (): number => {
    free ??= unused(range, new Set([...appsBelow(from), ...appsBelow(to)].flatMap(servicePortsOf)));
    const port = free.next();
    if (port.done === true) isExhausted = true;
    return port.done === true ? 0 : port.value;
  };
  const root = mapTree(to, {
    app: (app) => {
      const wanted = servicePortsOf(app);
      if (!wanted.includes(0)) return app;
      const before = findApp(from, app.id);
      const had = before === undefined ? [] : servicePortsOf(before);
      const kept = had.filter((port) => port >= range.min && port <= range.max && !wanted.includes(port));
      const ports = wanted.map((port) => (port === 0 ? (kept.shift() ?? next()) : port));
      const assigned = withServicePorts(app, ports);
      return before !== undefined && hasSameDefinition(before, assigned) ? before : assigned;
    },
  });
  return isExhausted ? 'exhausted' : root;
}

function* unused(range: PortRange, used: ReadonlySet<number>): Iterator<number> {
  for (let port = range.min; port <= range.max; port++) if (!used.has(port)) yield port;
}

function portsOf(app: AppDefinition): readonly number[] {
  return app.portDefinitions?.map(({ port }) => port) ?? [];
}

function withServicePorts(app: AppDefinition, ports: readonly number[]): AppDefinition {
  if (app.container?.portMappings !== undefined) {
    const portMappings = app.container.portMappings.map((mapping, index) => ({
      ...mapping,
      servicePort: ports[index] ?? mapping.servicePort,
    }));
    return { ...app, container: { ...app.container, portMappings } };
  }
  return {
    ...app,
    portDefinitions: app.portDefinitions?.map((definition, index) => ({
      ...definition,
      port: ports[index] ?? definition.port,
    })),
  };
}

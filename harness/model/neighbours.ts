interface Calling {
  /** Variable → service. */
  readonly neighbours: Readonly<Record<string, string>>;
}

/** Services that a service calls, each once. */
export function neighboursOf({ neighbours }: Calling): readonly string[] {
  return [...new Set(Object.values(neighbours))];
}

/** Service → services that it calls. */
export type Topology = Readonly<Record<string, readonly string[]>>;

export function topologyOf(services: readonly (Calling & { readonly name: string })[]): Topology {
  return Object.fromEntries(services.map((service) => [service.name, neighboursOf(service)]));
}

/** Every service that a service depends on, through others or not; itself only where it depends on itself. */
export function dependenciesOf(service: string, topology: Topology): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [service];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const neighbour of topology[next] ?? []) {
      if (found.has(neighbour)) continue;
      found.add(neighbour);
      open.push(neighbour);
    }
  }
  return found;
}

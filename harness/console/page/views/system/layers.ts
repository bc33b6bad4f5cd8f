/** Puts callers before those they call: each service one column behind the last of its callers. Circles end where they began. */
export function layersOf(
  services: readonly string[],
  calls: readonly { readonly from: string; readonly to: string }[],
): readonly (readonly string[])[] {
  const column = new Map(services.map((service) => [service, 0]));
  // As many rounds as the longest chain can have; a circle stops moving things with the last one.
  for (let round = 0; round < services.length; round++) {
    for (const { from, to } of calls) {
      const behind = (column.get(from) ?? 0) + 1;
      if (column.has(to) && (column.get(to) ?? 0) < behind && behind < services.length)
        column.set(to, behind);
    }
  }
  const layers: string[][] = [];
  for (const [service, index] of column) {
    layers[index] ??= [];
    layers[index].push(service);
  }
  return layers.filter((layer) => layer !== undefined);
}

/** Services in levels: each calls only services of earlier ones, so a level may be deployed side by side. */
export function levelsOf<
  S extends { readonly name: string; readonly neighbours: Readonly<Record<string, string>> },
>(services: readonly S[]): readonly (readonly S[])[] {
  const names = new Set(services.map(({ name }) => name));
  const placed = new Set<string>();
  const levels: (readonly S[])[] = [];
  let waiting = [...services];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ neighbours }) =>
      Object.values(neighbours).every((neighbour) => placed.has(neighbour) || !names.has(neighbour)),
    );
    // The configuration refuses circles; a circle here would be all that is left.
    const level = ready.length > 0 ? ready : waiting;
    for (const { name } of level) placed.add(name);
    levels.push(level);
    waiting = waiting.filter(({ name }) => !placed.has(name));
  }
  return levels;
}

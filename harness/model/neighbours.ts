/** Services that a service calls, each once; `neighbours` is variable → service. */
export function neighboursOf({
  neighbours,
}: {
  readonly neighbours: Readonly<Record<string, string>>;
}): readonly string[] {
  return [...new Set(Object.values(neighbours))];
}

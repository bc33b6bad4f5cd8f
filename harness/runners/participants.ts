import type { StageContext } from './context.ts';

/**
 * What is wrong with a name that a pact gives its provider; nothing when it is one of the system's. Where the context
 * does not say who belongs to the system, and holds one service alone, only a name that is nearly another's is wrong.
 */
export function strangerIn(context: StageContext, name: string, beginning: string): string[] {
  const known = participantsOf(context);
  if (known.includes(name)) return [];
  const near = known.find((one) => distance(one, name) <= 2);
  const isWholeSystem = context.participants !== undefined || Object.keys(context.services).length > 1;
  if (near === undefined && !isWholeSystem) return [];
  const hint =
    near === undefined
      ? `; if it is another name of one, write services.<name>.pactName: '${name}'`
      : `; did you mean "${near}"?`;
  return [`${beginning} "${name}", which is no service of this system, so nobody verifies it${hint}`];
}

function participantsOf({ participants, services, externals }: StageContext): readonly string[] {
  if (participants !== undefined) return participants;
  const neighbours = Object.values(services).flatMap((service) => Object.values(service.neighbours));
  return [...new Set([...Object.keys(services), ...neighbours, ...Object.keys(externals)])];
}

/** How many letters have to be added, left out or changed to make one name the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1];
    for (const [index, other] of [...b].entries()) {
      const changed = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

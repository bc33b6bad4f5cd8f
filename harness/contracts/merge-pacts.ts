import { isDeepStrictEqual } from 'node:util';
import { canonicalPact, interactionKey, type WrittenPact } from './canonical-pact.ts';

/** What a consumer's tests wrote, put together: one pact per provider, and where two tests contradict each other. */
export interface MergedPacts {
  readonly pacts: readonly WrittenPact[];
  readonly conflicts: readonly string[];
}

/**
 * Puts together what tests wrote apart from each other, in an order that does not depend on theirs. Two interactions
 * of one description and state must be the same: of two that differ, one would be lost, so they are a conflict.
 */
export function mergePacts(written: readonly WrittenPact[]): MergedPacts {
  const byPair = Map.groupBy(written.map(canonicalPact), (pact) =>
    JSON.stringify([nameOf(pact.consumer), nameOf(pact.provider)]),
  );
  const merged = [...byPair].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pacts]) => mergePair(pacts));
  return {
    pacts: merged.flatMap(({ pacts }) => pacts),
    conflicts: merged.flatMap(({ conflicts }) => conflicts),
  };
}

export function nameOf(participant: unknown): string {
  const { name } = (participant ?? {}) as WrittenPact;
  return typeof name === 'string' ? name : '';
}

function mergePair(pacts: readonly WrittenPact[]): MergedPacts {
  const [first] = pacts.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (first === undefined) return { pacts: [], conflicts: [] };
  const conflicts: string[] = [];
  const merge = (key: 'interactions' | 'messages'): Readonly<Record<string, unknown>> => {
    const all = pacts.flatMap((pact) => (Array.isArray(pact[key]) ? (pact[key] as WrittenPact[]) : []));
    if (all.length === 0 && !(key in first)) return {};
    const known = new Map<string, WrittenPact>();
    for (const one of all) {
      const id = interactionKey(one);
      const other = known.get(id);
      if (other === undefined) known.set(id, one);
      else if (!isDeepStrictEqual(other, one)) conflicts.push(conflict(first, other, one));
    }
    return { [key]: [...known.values()] };
  };
  return {
    pacts: [canonicalPact({ ...first, ...merge('interactions'), ...merge('messages') })],
    conflicts: [...new Set(conflicts)],
  };
}

function conflict(pact: WrittenPact, one: WrittenPact, other: WrittenPact): string {
  const [a, b] = [one, other].map((each) => show(each, [one, other])).sort();
  return [
    `two tests of ${nameOf(pact.consumer)} describe "${String(one.description)}" of ${nameOf(pact.provider)}${given(one)} in different ways, and a pact can hold only one of them`,
    `  one:   ${a}`,
    `  other: ${b}`,
    'Give them descriptions of their own.',
  ].join('\n');
}

function given({ providerState, providerStates }: WrittenPact): string {
  const names = Array.isArray(providerStates)
    ? providerStates.map(nameOf)
    : providerState
      ? [String(providerState)]
      : [];
  return names.length === 0 ? '' : `, given ${names.map((name) => `"${name}"`).join(' and ')},`;
}

/** Of two interactions, only the parts that differ. */
function show(one: WrittenPact, both: readonly [WrittenPact, WrittenPact]): string {
  const [a, b] = both;
  const keys = Object.keys({ ...a, ...b }).filter((key) => !isDeepStrictEqual(a[key], b[key]));
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, one[key]])));
}

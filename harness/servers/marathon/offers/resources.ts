import type { Offer, Range, Resource } from '../../mesos/v1.ts';
import type { RandomSource } from './random-source.ts';

/** `*` for what nobody reserved. */
export function roleOf(resource: Resource): string {
  return resource.reservations?.at(-1)?.role ?? resource.role ?? '*';
}

/** What is reserved for one framework's volumes, or sits on a disk of its own, is not for ordinary tasks. */
export function isOrdinary(resource: Resource): boolean {
  // `reservation` is how masters write a dynamic one to frameworks without RESERVATION_REFINEMENT, as this one is.
  const isDynamic =
    resource.reservation !== undefined ||
    resource.reservations?.some(({ type }) => type === 'DYNAMIC') === true;
  return !isDynamic && resource.disk === undefined && resource.revocable === undefined;
}

/** Pieces that sum up to `amount`; undefined when there is not enough. Nothing is taken for 0. */
export function takeScalar(
  pool: readonly Resource[],
  name: string,
  amount: number,
): readonly Resource[] | undefined {
  const taken: Resource[] = [];
  let missing = amount;
  for (const resource of pool) {
    if (missing <= 0) break;
    const available = resource.name === name ? (resource.scalar?.value ?? 0) : 0;
    const piece = rounded(Math.min(available, missing));
    if (piece <= 0) continue;
    taken.push({ ...resource, scalar: { value: piece } });
    missing = rounded(missing - piece);
  }
  return missing > 0 ? undefined : taken;
}

/**
 * A port for each wish: a number wants that very port, 0 any other, null none. Undefined when the pool cannot serve them
 * all. For 0, a port of `avoided` is only taken when there is no other.
 */
export function takePorts(
  pool: readonly Resource[],
  wishes: readonly (number | null)[],
  random: RandomSource,
  avoided: ReadonlySet<number> = new Set(),
): { readonly ports: readonly (number | null)[]; readonly taken: readonly Resource[] } | undefined {
  const sources = pool.filter((resource) => resource.name === 'ports');
  const free = sources.flatMap((source) => (source.ranges?.range ?? []).map((range) => ({ source, range })));
  const used = new Map<number, Resource>();
  for (const wish of wishes) {
    if (wish === null || wish === 0) continue;
    const owner = free.find(({ range }) => range.begin <= wish && wish <= range.end);
    if (owner === undefined) return undefined;
    used.set(wish, owner.source);
  }
  const ports: (number | null)[] = [];
  for (const wish of wishes) {
    if (wish !== 0) {
      ports.push(wish);
      continue;
    }
    const isUsed = (port: number): boolean => used.has(port);
    const found =
      anyPort(free, (port) => isUsed(port) || avoided.has(port), random) ?? anyPort(free, isUsed, random);
    if (found === undefined) return undefined;
    used.set(found.port, found.source);
    ports.push(found.port);
  }
  const bySource = Map.groupBy([...used], ([, source]) => source);
  const taken = [...bySource].map(([source, entries]) => ({
    ...source,
    ranges: { range: rangesOf(entries.map(([port]) => port)) },
  }));
  return { ports, taken };
}

/** Starts at a random place and walks on to the next free port. */
function anyPort(
  free: readonly { readonly source: Resource; readonly range: Range }[],
  isTaken: (port: number) => boolean,
  random: RandomSource,
): { readonly port: number; readonly source: Resource } | undefined {
  const total = free.reduce((sum, { range }) => sum + range.end - range.begin + 1, 0);
  if (total === 0) return undefined;
  const start = random(total);
  for (let step = 0; step < total; step++) {
    let offset = (start + step) % total;
    for (const { source, range } of free) {
      const length = range.end - range.begin + 1;
      if (offset < length) {
        const port = range.begin + offset;
        if (!isTaken(port)) return { port, source };
        break;
      }
      offset -= length;
    }
  }
  return undefined;
}

/** The offer as it is left after a task took `taken`, so that another one can be matched with it. */
export function remainderOf(offer: Offer, taken: readonly Resource[]): Offer {
  const pieces = Map.groupBy(taken, kindOf);
  const owed = new Map(
    [...pieces].map(([kind, gone]) => [
      kind,
      gone.reduce((sum, { scalar }) => sum + (scalar?.value ?? 0), 0),
    ]),
  );
  const resources = offer.resources.flatMap((resource) => {
    const kind = kindOf(resource);
    const gone = pieces.get(kind);
    if (gone === undefined) return [resource];
    if (resource.type !== 'SCALAR') return withoutRanges(resource, gone);
    const available = resource.scalar?.value ?? 0;
    const debt = owed.get(kind) ?? 0;
    owed.set(kind, Math.max(0, rounded(debt - available)));
    return available > debt ? [{ ...resource, scalar: { value: rounded(available - debt) } }] : [];
  });
  return { ...offer, resources };
}

/** Equal for resources that differ in their amount only. */
function kindOf({ scalar: _scalar, ranges: _ranges, set: _set, ...kind }: Resource): string {
  return JSON.stringify(Object.entries(kind).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutRanges(resource: Resource, gone: readonly Resource[]): readonly Resource[] {
  const holes = gone.flatMap((piece) => piece.ranges?.range ?? []);
  const range = (resource.ranges?.range ?? []).flatMap((whole) => holes.reduce(cut, [whole]));
  return range.length > 0 ? [{ ...resource, ranges: { range } }] : [];
}

function cut(ranges: Range[], hole: Range): Range[] {
  return ranges.flatMap((range) => {
    if (hole.end < range.begin || hole.begin > range.end) return [range];
    const before = { begin: range.begin, end: hole.begin - 1 };
    const after = { begin: hole.end + 1, end: range.end };
    return [before, after].filter(({ begin, end }) => begin <= end);
  });
}

function rangesOf(ports: readonly number[]): readonly Range[] {
  const ranges: { begin: number; end: number }[] = [];
  for (const port of ports.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last.end === port - 1) last.end = port;
    else ranges.push({ begin: port, end: port });
  }
  return ranges;
}

/** Mesos counts in thousandths. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

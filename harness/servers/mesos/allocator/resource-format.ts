import type { Attribute, Resource } from '../v1.ts';
import type { Amount } from './amount.ts';
import { fromMilli, toMilli } from './quantities.ts';
import { formatRanges, normalizeRanges, type Ranges, unionRanges } from './ranges.ts';
import type { Pile, Resources } from './resources.ts';

/** How reservations are written: one `role`, the stack of `reservations`, or both as the operator endpoints do. */
export type ReservationForm = 'role' | 'refined' | 'endpoint';

/**
 * The list form of the wire. `allocatedTo` adds the allocation to every member.
 */
export function toWire(resources: Resources, form: ReservationForm, allocatedTo?: string): Resource[] {
  const list: Resource[] = [];
  for (const pile of resources.piles) {
    const { name, disk, revocable, shared, provider_id } = pile.kind;
    list.push({
      ...(provider_id === undefined ? {} : { provider_id }),
      name,
      ...amountToWire(pile.amount),
      ...reservationToWire(pile, form),
      ...(allocatedTo === undefined ? {} : { allocation_info: { role: allocatedTo } }),
      ...(disk === undefined ? {} : { disk }),
      ...(revocable === undefined ? {} : { revocable }),
      ...(shared === undefined ? {} : { shared }),
    });
  }
  return list;
}

function amountToWire(amount: Amount): Pick<Resource, 'type' | 'scalar' | 'ranges' | 'set'> {
  switch (amount.type) {
    case 'SCALAR':
      return { type: 'SCALAR', scalar: { value: fromMilli(amount.milli) } };
    case 'RANGES':
      return { type: 'RANGES', ranges: { range: amount.ranges } };
    case 'SET':
      return { type: 'SET', set: { item: amount.items } };
  }
}

function reservationToWire(
  { kind }: Pile,
  form: ReservationForm,
): Pick<Resource, 'role' | 'reservation' | 'reservations'> {
  const { reservations } = kind;
  if (form === 'refined') return reservations.length === 0 ? {} : { reservations };
  const innermost = reservations.at(-1);
  const flat: Pick<Resource, 'role' | 'reservation'> =
    innermost?.type === 'DYNAMIC'
      ? {
          role: innermost.role,
          reservation: {
            ...(innermost.principal === undefined ? {} : { principal: innermost.principal }),
            ...(innermost.labels === undefined ? {} : { labels: innermost.labels }),
          },
        }
      : { role: innermost?.role ?? '*' };
  return form === 'endpoint' && reservations.length > 0 ? { ...flat, reservations } : flat;
}

/** The flat form of the operator endpoints: `{"cpus":2,"disk":0,"gpus":0,"mem":512,"ports":"[31000-31002]"}`. */
export function toFlat(resources: Resources): Record<string, number | string> {
  const flat: Record<string, number | string> = { disk: 0, mem: 0, gpus: 0, cpus: 0 };
  const ranges = new Map<string, Ranges>();
  const sets = new Map<string, readonly string[]>();
  for (const { kind, amount } of resources.piles) {
    const { name } = kind;
    if (amount.type === 'SCALAR') flat[name] = fromMilli(toMilli(Number(flat[name] ?? 0)) + amount.milli);
    if (amount.type === 'RANGES') ranges.set(name, unionRanges(ranges.get(name) ?? [], amount.ranges));
    if (amount.type === 'SET') sets.set(name, [...(sets.get(name) ?? []), ...amount.items]);
  }
  for (const [name, value] of ranges) flat[name] = formatRanges(value);
  for (const [name, items] of sets) flat[name] = `{${items.join(', ')}}`;
  return flat;
}

/** The text is no list of resources. */
export class ResourceTextError extends Error {
  override readonly name = 'ResourceTextError';
}

/**
 * Reads resources as Mesos' `--resources` writes them: `cpus:4;mem(prod):1024;ports:[31000-32000];zones:{a,b}`.
 *
 * @throws ResourceTextError naming the part that does not fit.
 */
export function parseResources(text: string): Resource[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseResource);
}

function parseResource(part: string): Resource {
  const match = /^([^:()\s]+)\s*(?:\(([^()]*)\))?\s*:\s*(.+)$/.exec(part);
  if (match === null) throw new ResourceTextError(`Expected name:value or name(role):value, found '${part}'`);
  const [, name = '', role = '*', value = ''] = match;
  if (value.startsWith('[')) {
    return { name, type: 'RANGES', role, ranges: { range: parseRanges(part, value) } };
  }
  if (value.startsWith('{')) {
    const item = value
      .replace(/^\{|\}$/g, '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    return { name, type: 'SET', role, set: { item } };
  }
  if (!/^\d+(\.\d+)?$/.test(value)) throw new ResourceTextError(`Expected a number in '${part}'`);
  return { name, type: 'SCALAR', role, scalar: { value: Number(value) } };
}

function parseRanges(part: string, value: string): Ranges {
  const pieces = value.replace(/^\[|\]$/g, '').split(',');
  const ranges = pieces.map((piece) => {
    const match = /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(piece);
    if (match === null) throw new ResourceTextError(`Expected ranges like [31000-32000] in '${part}'`);
    return { begin: Number(match[1]), end: Number(match[2]) };
  });
  return normalizeRanges(ranges);
}

/** Reads `rack:1;zone:a` as attributes; numbers become scalars, ranges ranges, the rest text. */
export function parseAttributes(text: string): Attribute[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      if (colon <= 0) throw new ResourceTextError(`Expected name:value in attribute '${part}'`);
      const name = part.slice(0, colon).trim();
      const value = part.slice(colon + 1).trim();
      if (/^-?\d+(\.\d+)?$/.test(value)) return { name, type: 'SCALAR', scalar: { value: Number(value) } };
      if (value.startsWith('[')) return { name, type: 'RANGES', ranges: { range: parseRanges(part, value) } };
      return { name, type: 'TEXT', text: { value } };
    });
}

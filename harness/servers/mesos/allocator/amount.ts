import type { Resource } from '../v1.ts';
import { fromMilli, toMilli } from './quantities.ts';
import {
  formatRanges,
  normalizeRanges,
  type Ranges,
  rangesContain,
  subtractRanges,
  unionRanges,
} from './ranges.ts';

/** How much there is of one kind of resource. */
export type Amount =
  | { readonly type: 'SCALAR'; readonly milli: number }
  | { readonly type: 'RANGES'; readonly ranges: Ranges }
  | { readonly type: 'SET'; readonly items: readonly string[] };

/** Null when there is no value, or a value of nothing. */
export function amountOf(resource: Resource): Amount | null {
  switch (resource.type) {
    case 'SCALAR': {
      const milli = toMilli(resource.scalar?.value ?? 0);
      return milli > 0 ? { type: 'SCALAR', milli } : null;
    }
    case 'RANGES': {
      const ranges = normalizeRanges(resource.ranges?.range ?? []);
      return ranges.length > 0 ? { type: 'RANGES', ranges } : null;
    }
    case 'SET': {
      const items = [...new Set(resource.set?.item ?? [])].sort();
      return items.length > 0 ? { type: 'SET', items } : null;
    }
    default:
      // Attributes may be texts, resources may not; who reads them from outside says so first.
      return null;
  }
}

export function isNothing(amount: Amount): boolean {
  switch (amount.type) {
    case 'SCALAR':
      return amount.milli <= 0;
    case 'RANGES':
      return amount.ranges.length === 0;
    case 'SET':
      return amount.items.length === 0;
  }
}

export function addAmount(a: Amount, b: Amount): Amount {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') return { type: 'SCALAR', milli: a.milli + b.milli };
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    return { type: 'RANGES', ranges: unionRanges(a.ranges, b.ranges) };
  }
  if (a.type === 'SET' && b.type === 'SET') {
    return { type: 'SET', items: [...new Set([...a.items, ...b.items])].sort() };
  }
  return a;
}

/** Adds; ranges are only collected. */
export function gather(a: Amount, b: Amount): Amount {
  if (a.type !== 'RANGES' || b.type !== 'RANGES') return addAmount(a, b);
  return { type: 'RANGES', ranges: a.ranges.concat(b.ranges) };
}

export function subtractAmount(a: Amount, b: Amount): Amount {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') return { type: 'SCALAR', milli: a.milli - b.milli };
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    return { type: 'RANGES', ranges: subtractRanges(a.ranges, b.ranges) };
  }
  if (a.type === 'SET' && b.type === 'SET') {
    return { type: 'SET', items: a.items.filter((item) => !b.items.includes(item)) };
  }
  return a;
}

export function amountContains(a: Amount, b: Amount): boolean {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') return a.milli >= b.milli;
  if (a.type === 'RANGES' && b.type === 'RANGES') return rangesContain(a.ranges, b.ranges);
  if (a.type === 'SET' && b.type === 'SET') return b.items.every((item) => a.items.includes(item));
  return false;
}

export function formatAmount(amount: Amount): string {
  switch (amount.type) {
    case 'SCALAR':
      return String(fromMilli(amount.milli));
    case 'RANGES':
      return formatRanges(amount.ranges);
    case 'SET':
      return `{${amount.items.join(', ')}}`;
  }
}

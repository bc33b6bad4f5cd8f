import type { Range } from '../v1.ts';

/** Whole numbers as ascending ranges that neither overlap nor touch. */
export type Ranges = readonly Range[];

/** Sorts and merges; ranges that end before they begin are dropped. */
export function normalizeRanges(ranges: readonly Range[]): Ranges {
  const sorted = ranges.filter(({ begin, end }) => begin <= end).sort((a, b) => a.begin - b.begin);
  const merged: { begin: number; end: number }[] = [];
  for (const { begin, end } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && begin <= last.end + 1) last.end = Math.max(last.end, end);
    else merged.push({ begin, end });
  }
  return merged;
}

export function unionRanges(a: Ranges, b: Ranges): Ranges {
  return normalizeRanges([...a, ...b]);
}

export function subtractRanges(from: Ranges, what: Ranges): Ranges {
  const result: Range[] = [];
  for (const { begin, end } of from) {
    let at = begin;
    for (const hole of what) {
      if (hole.end < at) continue;
      if (hole.begin > end) break;
      if (hole.begin > at) result.push({ begin: at, end: hole.begin - 1 });
      at = hole.end + 1;
    }
    if (at <= end) result.push({ begin: at, end });
  }
  return result;
}

export function rangesContain(outer: Ranges, inner: Ranges): boolean {
  return inner.every((range) => outer.some(({ begin, end }) => begin <= range.begin && range.end <= end));
}

export function countOf(ranges: Ranges): number {
  return ranges.reduce((sum, { begin, end }) => sum + end - begin + 1, 0);
}

/** `[31000-31005, 31007-31007]`, as Mesos prints ranges. */
export function formatRanges(ranges: Ranges): string {
  return `[${ranges.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`;
}

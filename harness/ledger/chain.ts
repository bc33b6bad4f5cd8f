import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { LedgerEntry, LedgerRecord } from './records.ts';

/** Puts records behind `previous`: each entry's id covers its record and the id before it. */
export function chain(previous: string | null, records: readonly LedgerRecord[]): readonly LedgerEntry[] {
  let last = previous;
  return records.map((record) => {
    const entry = { id: idOf(last, record), previous: last, record };
    last = entry.id;
    return entry;
  });
}

/** One line per entry that is not what its neighbours and its own id say; empty when the chain is whole. */
export function chainProblems(entries: readonly LedgerEntry[]): readonly string[] {
  return entries.flatMap((entry, index) => {
    const name = `entry ${index + 1} (${entry.record.kind}, ${entry.id.slice(0, 12)})`;
    const before = entries[index - 1]?.id ?? null;
    if (entry.previous !== before) return [`${name} does not follow the entry before it`];
    if (entry.id !== idOf(entry.previous, entry.record))
      return [`${name} was altered: its id does not fit its content`];
    return [];
  });
}

/** One entry per line, canonical JSON, so that the same records always have the same bytes. */
export function encode(entries: readonly LedgerEntry[]): string {
  return entries.map((entry) => `${canonical(entry)}\n`).join('');
}

export function decode(text: string): readonly LedgerEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerEntry);
}

function idOf(previous: string | null, record: LedgerRecord): string {
  return createHash('sha256').update(canonical({ previous, record })).digest('hex');
}

function canonical(value: unknown): string {
  return canonicalize(value) ?? 'null';
}

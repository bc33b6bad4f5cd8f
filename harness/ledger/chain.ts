import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { entryVersion, type LedgerEntry, type LedgerRecord } from './entry.ts';

/** An entry beside the line of text that holds it. */
export interface ChainedLine {
  readonly entry: LedgerEntry;
  /** Canonical JSON, without the line's end. */
  readonly line: string;
}

/** Puts records behind `previous`: each entry's id covers everything else in it, the id before it included. */
export function chain(previous: string | null, records: readonly LedgerRecord[]): readonly ChainedLine[] {
  let last = previous;
  return records.map((record) => {
    const body = { previous: last, record, version: entryVersion };
    const id = sha256(canonicalize(body) ?? '');
    last = id;
    const entry = { id, ...body };
    return { entry, line: canonicalize(entry) ?? '' };
  });
}

const opening = '{"id":"';
const idLength = 64;

/**
 * Why this line is not the entry that was written behind `previous`, or null. The id is checked over the line's own
 * bytes: canonical JSON puts `id` first, so what it covers is the rest of the line.
 */
export function chainProblem(line: string, entry: LedgerEntry, previous: string | null): string | null {
  const bodyStart = opening.length + idLength + '",'.length;
  const covered = line.startsWith(opening) ? `{${line.slice(bodyStart)}` : '';
  if (sha256(covered) !== entry.id) return 'was altered: its id does not fit its content';
  if (entry.previous !== previous) return 'does not follow the entry before it: one was taken out or moved';
  return null;
}

/** One entry per line, so that the same records always have the same bytes. */
export function encode(lines: readonly ChainedLine[]): string {
  return lines.map(({ line }) => `${line}\n`).join('');
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

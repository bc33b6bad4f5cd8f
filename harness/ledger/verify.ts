import { StagegateError } from '../model/index.ts';
import { chainProblem } from './chain.ts';
import { entryVersion, type LedgerEntry, recordProblem } from './entry.ts';
import { upgradeEntry } from './upgrade.ts';

/** Where the entries come from, and what stands before them. */
export interface VerifyOptions {
  /** For messages: where the ledger is. */
  readonly location: string;
  /** Id of the entry before the first line; null at the ledger's beginning. */
  readonly previous: string | null;
  /** Number of entries before the first line. */
  readonly position: number;
}

/**
 * Reads lines of a ledger and checks each: its JSON, its place in the chain, its version and its shape. Entries of an
 * older version come back in today's shape.
 * @throws `SG_LEDGER_ALTERED` or `SG_LEDGER_VERSION`, naming the entry
 */
export function readEntries(lines: readonly string[], options: VerifyOptions): readonly LedgerEntry[] {
  let previous = options.previous;
  return lines.map((line, index) => {
    const number = options.position + index + 1;
    const entry = parse(line, number, options.location);
    const problem = chainProblem(line, entry, previous);
    if (problem !== null) throw altered(options.location, nameOf(number, entry), problem);
    previous = entry.id;
    return checked(entry, number, options.location);
  });
}

function parse(line: string, number: number, location: string): LedgerEntry {
  try {
    const entry = JSON.parse(line) as LedgerEntry;
    if (typeof entry?.id === 'string' && typeof entry.record === 'object' && entry.record !== null)
      return entry;
  } catch {
    // Said below, by number: the line has no name of its own.
  }
  throw altered(location, `entry ${number}`, 'is not an entry: its line is damaged');
}

function checked(entry: LedgerEntry, number: number, location: string): LedgerEntry {
  const version = entry.version ?? 1;
  if (version > entryVersion) {
    throw new StagegateError(
      'SG_LEDGER_VERSION',
      `${location}: ${nameOf(number, entry)} has version ${version}; this stagegate reads versions up to ${entryVersion}.`,
    );
  }
  const current = version < entryVersion ? upgradeEntry(entry) : entry;
  const problem = recordProblem(current.record);
  if (problem === null) return current;
  throw altered(location, nameOf(number, entry), `is not as stagegate writes it: ${problem}`);
}

/** `entry 14 (verdict orders to test, 3f2a91c0d4e5)` */
function nameOf(number: number, { record, id }: LedgerEntry): string {
  const about = record as { readonly kind?: unknown; readonly [key: string]: unknown };
  const subject = (about.verdict ?? about.deployment ?? about.evidence ?? about.artifact ?? about) as {
    readonly service?: unknown;
    readonly to?: unknown;
    readonly environment?: unknown;
  };
  const where = subject.to ?? subject.environment;
  const words = [about.kind, subject.service, ...(typeof where === 'string' ? ['to', where] : [])];
  const shown = words.filter((word) => typeof word === 'string').join(' ');
  return `entry ${number} (${shown}, ${String(id).slice(0, 12)})`;
}

function altered(location: string, name: string, problem: string): StagegateError {
  return new StagegateError('SG_LEDGER_ALTERED', `${location}: ${name} ${problem}.`);
}

import { join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { chain, chainProblems, decode, encode } from './chain.ts';
import { openFolderStore } from './folder-store.ts';
import { openGitStore } from './git-store.ts';
import type { LedgerEntry, LedgerRecord } from './records.ts';
import type { BatchStore } from './store.ts';

/** The append-only record of a project. Safe for any number of processes at once. */
export interface Ledger {
  /** For people: where the record is. */
  readonly location: string;
  /**
   * Adds records as one batch, all or nothing; resolves to them in their place in the chain.
   * @throws `SG_LEDGER_FAILED`
   */
  append(records: readonly LedgerRecord[]): Promise<readonly LedgerEntry[]>;
  /** Every entry, oldest first. */
  read(): Promise<readonly LedgerEntry[]>;
  /** One line per entry that was altered, moved or taken out; empty when all is as it was written. */
  verify(): Promise<readonly string[]>;
}

/** Every failed try means that somebody else's succeeded, so this many are only lost to a stuck lock. */
const appendTries = 40;

/** Opens the ledger of the project at `root`: a ref of its git repository, else files under `.stagegate/ledger`. */
export async function openLedger(root: string): Promise<Ledger> {
  const store = (await openGitStore(root)) ?? (await openFolderStore(join(root, '.stagegate', 'ledger')));
  return {
    location: store.location,
    append: (records) => append(store, records),
    read: () => read(store),
    verify: async () => chainProblems(await read(store)),
  };
}

async function append(store: BatchStore, records: readonly LedgerRecord[]): Promise<readonly LedgerEntry[]> {
  if (records.length === 0) return [];
  for (let tries = 0; tries < appendTries; tries++) {
    const head = await store.head();
    const last = head === null ? null : (decode(await store.newest(head)).at(-1)?.id ?? null);
    const entries = chain(last, records);
    if (await store.append(head, encode(entries), summaryOf(records))) return entries;
  }
  throw new StagegateError(
    'SG_LEDGER_FAILED',
    `${store.location} could not be moved in ${appendTries} tries; a lock file may have been left beside it.`,
  );
}

async function read(store: BatchStore): Promise<readonly LedgerEntry[]> {
  const head = await store.head();
  if (head === null) return [];
  try {
    return (await store.batches(head)).flatMap(decode);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StagegateError(
      'SG_LEDGER_FAILED',
      `${store.location} holds a line that is not JSON: ${error.message}`,
    );
  }
}

function summaryOf(records: readonly LedgerRecord[]): string {
  const kinds = [...new Set(records.map(({ kind }) => kind))];
  return `Record ${kinds.map((kind) => `${records.filter((record) => record.kind === kind).length} ${kind}`).join(', ')}`;
}

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LedgerEntry } from './entry.ts';

/** Entries that were verified before, up to a head of the store. */
export interface CachedLedger {
  readonly head: string;
  readonly entries: readonly LedgerEntry[];
}

const format = 'stagegate-ledger-cache/1';

/** Null when there is none, or it is not whole: it can be made anew at any time. */
export async function readCache(file: string): Promise<CachedLedger | null> {
  try {
    const [header = '', ...lines] = (await readFile(file, 'utf8')).split('\n');
    const { is, head, count } = JSON.parse(header) as { is: string; head: string; count: number };
    if (is !== format || lines.length !== count + 1) return null;
    const entries = JSON.parse(`[${lines.slice(0, -1).join(',')}]`) as readonly LedgerEntry[];
    return { head, entries };
  } catch {
    return null;
  }
}

/** Whether it could be written changes nothing but the time the next command takes. */
export async function writeCache(file: string, { head, entries }: CachedLedger): Promise<void> {
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, `${JSON.stringify({ is: format, head, count: entries.length })}\n${lines}`);
    await rename(draft, file);
  } catch {
    // A read-only repository is read without a cache.
  }
}

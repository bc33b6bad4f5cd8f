import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LedgerEntry } from './entry.ts';

/** Entries that were verified before, up to a head of the store. */
export interface CachedLedger {
  readonly head: string;
  readonly entries: readonly LedgerEntry[];
}

/** The newest head that this machine has seen or made; null when it knows none. A ledger that does not hold it was set back. */
export async function readWitness(cacheFile: string): Promise<string | null> {
  const head = await readFile(witnessOf(cacheFile), 'utf8').catch(() => '');
  return head.trim() === '' ? null : head.trim();
}

export async function writeWitness(cacheFile: string, head: string): Promise<void> {
  await replace(witnessOf(cacheFile), `${head}\n`);
}

const witnessOf = (cacheFile: string): string => cacheFile.replace(/\.cache$/, '.head');

const format = 'stagegate-ledger-cache/2';

/** Null when there is none, or it is not whole: it can be made anew at any time. */
export async function readCache(file: string): Promise<CachedLedger | null> {
  try {
    const text = await readFile(file, 'utf8');
    const headerEnd = text.indexOf('\n');
    const { is, head, count } = JSON.parse(text.slice(0, headerEnd)) as {
      is: string;
      head: string;
      count: number;
    };
    if (is !== format) return null;
    const entries = JSON.parse(text.slice(headerEnd + 1)) as readonly LedgerEntry[];
    if (entries.length !== count) return null;
    return { head, entries };
  } catch {
    return null;
  }
}

/** Whether it could be written changes nothing but the time the next command takes. */
export async function writeCache(file: string, { head, entries }: CachedLedger): Promise<void> {
  await replace(
    file,
    `${JSON.stringify({ is: format, head, count: entries.length })}\n${JSON.stringify(entries)}`,
  );
}

/** Puts a file in place whole. A read-only repository is read without a cache. */
async function replace(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, content);
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import type { Pact } from './pact.ts';
import { parsePact } from './parse-pact.ts';

/**
 * Every pact in a folder, by file name; none when the folder does not exist.
 * @throws `SG_PACT_INVALID` once, with the problems of all files.
 */
export function readPacts(folder: string): Pact[] {
  const pacts: Pact[] = [];
  const problems: string[] = [];
  for (const name of pactFiles(folder)) {
    const file = join(folder, name);
    try {
      pacts.push(parsePact(readFileSync(file, 'utf8'), file));
    } catch (error) {
      if (!(error instanceof StagegateError)) throw error;
      problems.push(...error.problems);
    }
  }
  const [first] = problems;
  if (first === undefined) return pacts;
  throw new StagegateError('SG_PACT_INVALID', first, { problems });
}

function pactFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Makes `folder` hold exactly what a consumer wrote into `written`: its pacts are copied, those it no longer writes are
 * removed, other consumers' files are not looked at. The same contract gives the same bytes, and a file that already
 * has them is not touched. A consumer that wrote nothing keeps what it had: that is rather a test that forgot to write
 * than a contract that ended. Resolves to the names of the files that changed.
 */
export async function publishPacts(consumer: string, written: string, folder: string): Promise<string[]> {
  const changed: string[] = [];
  const kept = new Set<string>();
  await mkdir(folder, { recursive: true });
  for (const pact of readPacts(written)) {
    if (pact.consumer !== consumer) continue;
    const name = `${pact.consumer}-${pact.provider}.json`;
    kept.add(name);
    const text = canonicalPact(await readFile(pact.file, 'utf8'));
    if (text === (await readIfThere(join(folder, name)))) continue;
    await replaceFile(join(folder, name), text);
    changed.push(name);
  }
  if (kept.size === 0) return [];
  for (const pact of readPacts(folder)) {
    const name = `${pact.consumer}-${pact.provider}.json`;
    if (pact.consumer !== consumer || kept.has(name)) continue;
    await rm(pact.file, { force: true });
    changed.push(name);
  }
  return changed;
}

/** The same pact with its interactions in a fixed order, so that which test ran first does not show. */
export function canonicalPact(text: string): string {
  const pact = JSON.parse(text) as Record<string, unknown>;
  for (const key of ['interactions', 'messages']) {
    const list = pact[key];
    if (Array.isArray(list))
      pact[key] = list
        .map((one) => [sortKey(one), one] as const)
        .sort(byKey)
        .map(([, one]) => one);
  }
  return `${JSON.stringify(pact, null, 2)}\n`;
}

function sortKey(interaction: unknown): string {
  const { description, providerState, providerStates } = interaction as Record<string, unknown>;
  return JSON.stringify([description, providerState ?? null, providerStates ?? null]);
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** Readers see the old bytes or the new ones, never half of them. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

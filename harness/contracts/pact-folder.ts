import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { type WrittenPact, writePact } from './canonical-pact.ts';
import { nameOf } from './merge-pacts.ts';
import type { Pact } from './pact.ts';
import { parsePact } from './parse-pact.ts';
import { parseWritten } from './written-json.ts';

/** One file of a folder of pacts: its pact, or what is wrong with it. */
export interface PactFile {
  readonly file: string;
  readonly written: WrittenPact;
  readonly consumer: string;
  readonly provider: string;
  readonly content:
    | { readonly kind: 'sound'; readonly pact: Pact }
    | { readonly kind: 'broken'; readonly problems: readonly string[] };
}

/**
 * Every pact in a folder, by file name, whatever the files are called; none when the folder does not exist.
 * @throws `SG_PACT_INVALID` once, with the problems of all files that cannot be read.
 */
export function readPacts(folder: string): Pact[] {
  const files = readPactFiles(folder);
  refuse(files.flatMap(({ content }) => (content.kind === 'broken' ? content.problems : [])));
  return files.flatMap(({ content }) => (content.kind === 'sound' ? [content.pact] : []));
}

/**
 * Every file of a folder of pacts. What is wrong with a pact is its own two sides' business.
 * @throws `SG_PACT_INVALID` when a file does not even say whose pact it is.
 */
export function readPactFiles(folder: string): PactFile[] {
  const files = fileNames(folder).map((name) => readPactFile(join(folder, name)));
  refuse(
    files.flatMap(({ consumer, provider, content }) =>
      content.kind === 'broken' && (consumer === '' || provider === '') ? content.problems : [],
    ),
  );
  return files;
}

function readPactFile(file: string): PactFile {
  const text = readFileSync(file, 'utf8');
  const written = writtenIn(text);
  const sides = { file, written, consumer: nameOf(written.consumer), provider: nameOf(written.provider) };
  try {
    return { ...sides, content: { kind: 'sound', pact: parsePact(text, file) } };
  } catch (error) {
    if (!(error instanceof StagegateError)) throw error;
    return { ...sides, content: { kind: 'broken', problems: error.problems } };
  }
}

function writtenIn(text: string): WrittenPact {
  try {
    return parseWritten(text.replace(/^\uFEFF/, ''));
  } catch {
    return {};
  }
}

function refuse(problems: readonly string[]): void {
  const [first] = problems;
  if (first !== undefined) throw new StagegateError('SG_PACT_INVALID', first, { problems });
}

function fileNames(folder: string): string[] {
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
 * Makes `folder` hold exactly these pacts of one consumer: others of that consumer are removed, and files of other
 * consumers are not looked at. A pact keeps the file that it is in, whatever that is called. The same contract gives
 * the same bytes, and a file that already has them is not touched. Resolves to the names of the files that changed.
 */
export async function replacePacts(
  consumer: string,
  pacts: readonly WrittenPact[],
  folder: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const present = readPactFiles(folder);
  const taken = new Set(present.map(({ file }) => basename(file)));
  const changed: string[] = [];
  const kept = new Set<string>();
  for (const pact of pacts) {
    const provider = nameOf(pact.provider);
    const same = present.find((one) => one.consumer === consumer && one.provider === provider);
    const name = same === undefined ? freeName(consumer, provider, taken) : basename(same.file);
    taken.add(name);
    kept.add(name);
    const text = writePact(pact);
    if (same !== undefined && readFileSync(same.file, 'utf8') === text) continue;
    await replaceFile(join(folder, name), text);
    changed.push(name);
  }
  for (const { file, consumer: owner } of present) {
    if (owner !== consumer || kept.has(basename(file))) continue;
    await rm(file, { force: true });
    changed.push(basename(file));
  }
  return changed.sort();
}

/** `order` and `api-x` would share a name with `order-api` and `x`: the second of them gets a number. */
function freeName(consumer: string, provider: string, taken: ReadonlySet<string>): string {
  const plain = `${consumer}-${provider}`.replaceAll(/[^\w.-]+/g, '_');
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `${plain}.json` : `${plain}.${number}.json`;
    if (!taken.has(name)) return name;
  }
}

/** Readers see the old bytes or the new ones, never half of them. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

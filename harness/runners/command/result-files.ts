import { glob, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandSuite } from '../../model/index.ts';

/** The result files of one suite, before and after its command ran. */
export interface ResultFiles {
  /** Absolute paths of files that this run wrote, sorted. */
  fresh(): Promise<readonly string[]>;
  /** Absolute paths of files that were there before and were not written again. */
  old(): Promise<readonly string[]>;
}

/** Remembers what is there now, so that an earlier run's results are never taken for this one's. */
export async function watchResultFiles(
  { folder, results }: CommandSuite,
  given: string,
): Promise<ResultFiles> {
  await mkdir(given, { recursive: true });
  const find = async (): Promise<ReadonlyMap<string, string>> => {
    const found = results === null ? await filesIn(given, '**/*.{xml,json}') : await filesIn(folder, results);
    return new Map(await Promise.all(found.map(async (file) => [file, await stateOf(file)] as const)));
  };
  const before = await find();
  const isFresh = ([file, state]: readonly [string, string]): boolean => before.get(file) !== state;
  const select = async (wanted: boolean): Promise<readonly string[]> =>
    [...(await find())].filter((entry) => isFresh(entry) === wanted).map(([file]) => file);
  return { fresh: () => select(true), old: () => select(false) };
}

async function filesIn(folder: string, pattern: string): Promise<readonly string[]> {
  return (await Array.fromAsync(glob(pattern, { cwd: folder }))).map((file) => join(folder, file)).sort();
}

/** Another text whenever the file was written, even with the same content. */
async function stateOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found === null ? 'gone' : `${found.ino} ${found.mtimeNs} ${found.ctimeNs} ${found.size}`;
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where test workers write which request ids of their own choice they sent for which test. */
export function requestIdsFolder(scratch: string): string {
  return join(scratch, 'request-ids');
}

/** Request id → the tag of the test that chose it. */
export async function chosenRequestIds(scratch: string): Promise<ReadonlyMap<string, string>> {
  const folder = requestIdsFolder(scratch);
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return new Map(
    texts
      .join('')
      .split('\n')
      .flatMap((line) => {
        const [tag = '', id = ''] = line.split(' ');
        return id === '' ? [] : [[id, tag] as const];
      }),
  );
}

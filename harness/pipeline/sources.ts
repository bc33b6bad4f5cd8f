import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Config } from '../config/index.ts';
import { stageNames } from '../model/index.ts';
import type { Sources } from './fingerprint.ts';

/** What a build makes or npm brings is no source. */
const noSources = new Set(['node_modules', 'dist', 'coverage']);

/** Reads every file of the services and their suites and hashes them by part. */
export async function hashSources(config: Config): Promise<Sources> {
  const parts = config.services.flatMap(({ name, path }) => [
    { part: `services/${name}`, folder: path },
    ...stageNames.map((stage) => ({
      part: `suites/${stage}/${name}`,
      folder: join(config.root, 'suites', stage, name),
    })),
  ]);
  const hashed = await Promise.all(
    parts.map(async ({ part, folder }) => [part, await hashFolder(folder)] as const),
  );
  return Object.fromEntries(
    hashed.filter(([, hash]) => hash !== null).map(([part, hash]) => [part, hash ?? '']),
  );
}

/** Null when there is no such folder. */
async function hashFolder(folder: string): Promise<string | null> {
  const files = await filesBelow(folder);
  if (files === null) return null;
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const content = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    hash.update(`${relative(folder, file)}\0${content}\n`);
  }
  return hash.digest('hex');
}

async function filesBelow(folder: string): Promise<readonly string[] | null> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return null;
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return noSources.has(entry.name) ? [] : ((await filesBelow(path)) ?? []);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}

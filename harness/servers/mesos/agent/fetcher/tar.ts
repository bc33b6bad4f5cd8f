import { createWriteStream } from 'node:fs';
import { link, lstat, mkdir, rm, symlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { pathInside } from './inside.ts';

/** Unpacks files, folders and links with their modes; devices and the like are left out. */
export async function extractTar(source: Readable, directory: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(source, entries);
  reading.catch(() => {});
  for await (const entry of entries) {
    const { name, type, mode, linkname } = entry.header;
    const target = await pathInside(directory, name);
    if (type === 'directory') {
      await mkdir(target, { recursive: true });
    } else if (type === 'file' || type === 'contiguous-file') {
      await clear(target);
      await pipeline(entry, createWriteStream(target, { mode: mode ?? 0o644 }));
      continue;
    } else if (type === 'symlink') {
      await clear(target);
      await symlink(linkname ?? '', target);
    } else if (type === 'link') {
      await clear(target);
      await link(await pathInside(directory, linkname ?? ''), target);
    }
    entry.resume();
  }
  await reading;
}

/** Later entries replace earlier ones, and never write through a link that stands in their place. */
async function clear(target: string): Promise<void> {
  const found = await lstat(target).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) await rm(target);
}

import { link, mkdir, symlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { createFile, freePathInside, pathInside } from '../../containerizer/sandbox-path.ts';

/** Unpacks files, folders and links with their modes; devices and the like are left out. Later entries replace earlier ones. */
export async function extractTar(source: Readable, directory: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(source, entries);
  reading.catch(() => {});
  for await (const entry of entries) {
    const { name, type, mode, linkname } = entry.header;
    if (type === 'directory') {
      await mkdir(await freePathInside(directory, name), { recursive: true });
    } else if (type === 'file' || type === 'contiguous-file') {
      await pipeline(entry, createFile(await freePathInside(directory, name), mode));
      continue;
    } else if (type === 'symlink') {
      await symlink(linkname ?? '', await freePathInside(directory, name));
    } else if (type === 'link') {
      const original = await pathInside(directory, linkname ?? '');
      const target = await freePathInside(directory, name);
      if (target !== original) await link(original, target);
    }
    entry.resume();
  }
  await reading;
}

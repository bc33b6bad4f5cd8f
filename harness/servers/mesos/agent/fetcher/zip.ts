import { mkdir, symlink } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fromFdPromise } from 'yauzl';
import { createFile, freePathInside } from '../../containerizer/sandbox-path.ts';

const linkMode = 0o120000;
const typeMask = 0o170000;

/** Unpacks an open archive, which stays open. Encrypted entries and unusual compression are refused by name. */
export async function extractZip(fd: number, directory: string): Promise<void> {
  const archive = await fromFdPromise(fd, { autoClose: false });
  for await (const entry of archive.eachEntry()) {
    const target = await freePathInside(directory, entry.fileName);
    const mode = entry.externalFileAttributes >>> 16;
    if (entry.fileName.endsWith('/')) {
      await mkdir(target, { recursive: true });
      continue;
    }
    const content = await archive.openReadStreamPromise(entry);
    if ((mode & typeMask) === linkMode) await symlink((await buffer(content)).toString(), target);
    else await pipeline(content, createFile(target, mode & 0o777 || 0o644));
  }
}

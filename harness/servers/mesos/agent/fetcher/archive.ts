import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { Duplex, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { openRegularFile } from '../../../../plumbing/regular-file.ts';
import { createFile, freePathInside } from '../../containerizer/sandbox-path.ts';
import { extractTar } from './tar.ts';
import { extractZip } from './zip.ts';

/**
 * Unpacks an archive that the fetcher knows by its name into `directory`. Resolves to false, having done nothing, for
 * every other file. @throws Error for a damaged archive, or one that writes outside of `directory`.
 */
export async function extractArchive(file: string, directory: string): Promise<boolean> {
  const name = file.toLowerCase();
  const ends = (...endings: readonly string[]): boolean => endings.some((ending) => name.endsWith(ending));
  if (
    !ends('.tar', '.tgz', '.tzst', '.tar.zst', '.tar.bz2', '.tbz2', '.tbz', '.tar.xz', '.txz', '.zip', '.gz')
  ) {
    return false;
  }
  await using handle = await openRegularFile(file);
  const source = (): Readable => handle.createReadStream({ autoClose: false });
  if (ends('.tar')) await extractTar(source(), directory);
  else if (ends('.tar.gz', '.tgz')) await extractTar(through(source(), createGunzip()), directory);
  else if (ends('.tar.zst', '.tzst')) await extractTar(through(source(), createZstdDecompress()), directory);
  else if (ends('.tar.bz2', '.tbz2', '.tbz'))
    await extractTar(through(source(), program('bzip2')), directory);
  else if (ends('.tar.xz', '.txz')) await extractTar(through(source(), program('xz')), directory);
  else if (ends('.zip')) await extractZip(handle.fd, directory);
  else {
    const target = await freePathInside(directory, basename(file).slice(0, -'.gz'.length));
    await pipeline(source(), createGunzip(), createFile(target));
  }
  return true;
}

function through(source: Readable, filter: Duplex): Readable {
  pipeline(source, filter).catch((error: unknown) => filter.destroy(error as Error));
  return filter;
}

/** A decompressor that Node does not have, by the program every distribution has. */
function program(name: 'bzip2' | 'xz'): Duplex {
  const child = spawn(name, ['-dc'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const duplex = Duplex.from({ writable: child.stdin, readable: child.stdout });
  child.once('error', (error) => duplex.destroy(new Error(`${name} is needed to unpack: ${error.message}`)));
  child.once('exit', (code) => {
    if (code !== 0) duplex.destroy(new Error(`${name} ended with status ${code}: the archive is damaged`));
  });
  return duplex;
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';

const epoch = new Date(0);
const executableBit = 0o100;
const compress = promisify(gzip);

/**
 * The files below a folder as `.tar.gz`, with nothing in it that depends on when, where or by whom it was packed:
 * sorted by name, no owners, no times, and only whether a file may be executed of its mode.
 */
export async function packFolder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const archive = pack();
  const packed = buffer(archive);
  for (const name of names) {
    const [content, { mode }] = await Promise.all([readFile(join(folder, name)), stat(join(folder, name))]);
    const header = { name, mode: mode & executableBit ? 0o755 : 0o644, mtime: epoch, uid: 0, gid: 0 };
    archive.entry({ ...header, size: content.length }, content);
  }
  archive.finalize();
  return compress(await packed, { level: 9 });
}

import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';

const epoch = new Date(0);
const executableBit = 0o100;
const compress = promisify(gzip);

/**
 * The files and links below a folder as `.tar.gz`, with nothing in it that depends on when, where or by whom it was
 * packed: sorted by name, no owners, no times, and only whether a file may be executed of its mode.
 */
export async function packFolder(folder: string): Promise<Buffer> {
  return compress(await buffer(streamOf(folder, () => true)), { level: 6 });
}

/** The same as a stream, not compressed, of what `keep` says yes to; names are relative, with forward slashes. */
export function streamOf(folder: string, keep: (name: string) => boolean): NodeJS.ReadableStream {
  const archive = pack();
  addAll().then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  // It is one; its types lack three methods that nobody calls.
  return archive as unknown as NodeJS.ReadableStream;

  async function addAll(): Promise<void> {
    for (const name of (await namesBelow(folder, '', keep)).sort()) await add(name);
  }

  async function add(name: string): Promise<void> {
    const path = join(folder, name);
    const found = await lstat(path);
    const common = { name, mtime: epoch, uid: 0, gid: 0 };
    if (found.isSymbolicLink()) {
      archive.entry({ ...common, type: 'symlink', linkname: await readlink(path) });
      return;
    }
    const content = await readFile(path);
    const mode = found.mode & executableBit ? 0o755 : 0o644;
    archive.entry({ ...common, mode, size: content.length }, content);
  }
}

async function namesBelow(
  folder: string,
  prefix: string,
  keep: (name: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const names = await Promise.all(
    entries.map(async (entry) => {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (!keep(name)) return [];
      if (entry.isDirectory()) return namesBelow(folder, name, keep);
      return entry.isFile() || entry.isSymbolicLink() ? [name] : [];
    }),
  );
  return names.flat();
}

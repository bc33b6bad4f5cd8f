import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';

/** Path → content. */
export type Files = ReadonlyMap<string, Buffer>;

/** The same files always make the same bytes: in order of their paths, with no times and no owners. */
export async function toTar(files: Files): Promise<Buffer> {
  const archive = pack();
  const bytes = buffer(archive);
  for (const [name, content] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    archive.entry({ name, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }, content);
  }
  archive.finalize();
  return bytes;
}

/** @throws when it is no tar archive */
export async function fromTar(bytes: Buffer): Promise<Files> {
  const files = new Map<string, Buffer>();
  const reading = extract();
  reading.on('entry', async ({ name }, stream, next) => {
    files.set(name, await buffer(stream));
    next();
  });
  const finished = once(reading, 'finish');
  reading.end(bytes);
  await finished;
  return files;
}

import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { shortDigest } from '../../model/index.ts';
import { stage, stageService } from './stage.ts';

/** Unpacks a service's bundle, once per run, however many workers ask; resolves to the folder. */
export async function unpackedBundle(service: string): Promise<string> {
  const { scratch } = stage();
  const { bundle, artifact } = stageService(service);
  // A run may verify two versions of one service.
  const folder = join(scratch, 'bundles', `${service}-${shortDigest(artifact.digest)}`);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(`${folder}-`);
  if (bundle === undefined) {
    throw new Error(
      `${service} is only an image, which a test cannot start as a process; write its start command.`,
    );
  }
  await unpack(bundle, temporary);
  // Whoever renames first wins; the bytes are the same.
  await rename(temporary, folder).catch(() => rm(temporary, { recursive: true, force: true }));
  return folder;
}

async function unpack(bundle: string, folder: string): Promise<void> {
  const entries = createReadStream(bundle).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    const target = join(folder, entry.header.name);
    if (entry.header.type === 'directory') await mkdir(target, { recursive: true });
    if (entry.header.type === 'symlink') {
      await mkdir(dirname(target), { recursive: true });
      await symlink(entry.header.linkname ?? '', target);
    }
    if (entry.header.type !== 'file') {
      entry.resume();
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    await pipeline(entry, createWriteStream(target, { mode: entry.header.mode ?? 0o644 }));
  }
}

import { chown, mkdir, mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StagegateError } from '../../model/index.ts';

/** The user whom a server runs as when this process is root. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Null when this process is not root and its own user will do. */
export async function findOwner(): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'nobody') ?? users.find(([, , uid]) => Number(uid) >= 1000);
  if (found === undefined) {
    throw new StagegateError(
      'SG_STORE_FAILED',
      'The server refuses to run as root, and /etc/passwd has no other user to run it as.',
    );
  }
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** A fresh folder that `owner` can reach: below the run's folder, or among the temporary files. */
export async function reachableFolder(
  options: { readonly folder: string; readonly temporaryFolder?: string; readonly name?: string },
  owner: Owner | null,
): Promise<string> {
  const { name = 'postgres' } = options;
  const wanted = join(options.folder, name);
  if (owner === null || (await othersMayEnter(options.folder))) {
    await mkdir(wanted, { recursive: true });
    if (owner !== null) await chown(wanted, owner.uid, owner.gid);
    return wanted;
  }
  const folder = await mkdtemp(join(options.temporaryFolder ?? tmpdir(), `stagegate-${name}-`));
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
  return folder;
}

async function othersMayEnter(folder: string): Promise<boolean> {
  const othersEnter = 0o001;
  for (let path = folder; ; path = dirname(path)) {
    if (((await stat(path)).mode & othersEnter) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

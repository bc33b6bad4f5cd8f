import { lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';

/** Gives a folder and everything in it to an account. Links are given away themselves; what they lead to is not. */
export async function giveTo({ uid, gid }: Account, folder: string): Promise<void> {
  await lchown(folder, uid, gid);
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? giveTo({ uid, gid }, path) : lchown(path, uid, gid);
    }),
  );
}

import { mkdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * The absolute path of `name` under `root`, its folder made. Links that an archive brought along are followed, so
 * that none of them leads out. @throws Error when the path would be outside of `root`.
 */
export async function pathInside(root: string, name: string): Promise<string> {
  const base = await realpath(root);
  const target = resolve(base, name);
  if (isAbsolute(name) || !isUnder(base, target)) throw new Error(`'${name}' leads out of the sandbox`);
  const folder = dirname(target);
  await makeFolders(base, folder, name);
  return target;
}

/** Whether `target`, which must be absolute and free of `..`, is `root` or below it. */
export function isUnder(root: string, target: string): boolean {
  const way = relative(root, target);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function makeFolders(base: string, folder: string, name: string): Promise<void> {
  let current = base;
  for (const part of relative(base, folder).split(sep)) {
    if (part === '') continue;
    current = join(current, part);
    await mkdir(current).catch(ignoreExisting);
    if (!isUnder(base, await realpath(current))) throw new Error(`'${name}' leads out of the sandbox`);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

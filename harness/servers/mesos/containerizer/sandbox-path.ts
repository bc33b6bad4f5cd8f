import { createWriteStream, type WriteStream } from 'node:fs';
import { lstat, mkdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * The absolute path of `name` under `root`, its folder made. No link is followed on the way: one that an archive
 * brought along could lead anywhere. @throws Error when the path would be outside of `root` or goes through a link.
 */
export async function pathInside(root: string, name: string): Promise<string> {
  const base = await realpath(root);
  const target = resolve(base, name);
  if (isAbsolute(name) || !isUnder(base, target)) throw new Error(`'${name}' leads out of the sandbox`);
  if (target === base) return base;
  return join(await makeFolders(base, dirname(target), name), basename(target));
}

/**
 * Like {@link pathInside}, with nothing there any more but what was a folder: what is written to the path now is a
 * new file, and changes nothing that a link or another name of an older file leads to.
 */
export async function freePathInside(root: string, name: string): Promise<string> {
  const target = await pathInside(root, name);
  const found = await lstat(target).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) await rm(target);
  return target;
}

/** Makes a file at a path that {@link freePathInside} gave; its permissions are those of `mode`, without setuid and the like. */
export function createFile(target: string, mode = 0o644): WriteStream {
  return createWriteStream(target, { flags: 'wx', mode: mode & 0o777 });
}

/** Whether `target`, which must be absolute and free of `..`, is `root` or below it. */
export function isUnder(root: string, target: string): boolean {
  const way = relative(root, target);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function makeFolders(base: string, folder: string, name: string): Promise<string> {
  let current = base;
  for (const part of relative(base, folder).split(sep)) {
    if (part === '') continue;
    current = join(current, part);
    await mkdir(current).catch(ignoreExisting);
    const found = await lstat(current);
    if (found.isSymbolicLink())
      throw new Error(`'${name}' goes through the link '${relative(base, current)}'`);
    if (!found.isDirectory()) throw new Error(`'${name}' goes through the file '${relative(base, current)}'`);
  }
  return current;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

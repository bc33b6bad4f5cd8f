import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** A path that names a pipe, a device, a socket or a folder where a file was expected. */
export class NotRegularFileError extends Error {
  override readonly name = 'NotRegularFileError';
}

/**
 * Opens a regular file for reading. Use it for every path that others can fill: opening a named pipe the usual way
 * waits for a writer and holds one of Node's few file threads until one comes.
 * @throws NotRegularFileError for anything else that exists at `path`
 */
export async function openRegularFile(path: string, extraFlags = 0): Promise<FileHandle> {
  // Looked at first, because opening alone already does something to some devices.
  requireRegular(path, await stat(path));
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | extraFlags);
  try {
    requireRegular(path, await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The text of a regular file. @throws NotRegularFileError, and RangeError for one of more than `mostBytes` */
export async function readRegularFile(path: string, mostBytes: number): Promise<string> {
  await using handle = await openRegularFile(path);
  const { size } = await handle.stat();
  if (size > mostBytes) throw new RangeError(`'${path}' has ${size} bytes; at most ${mostBytes} are read`);
  return handle.readFile('utf8');
}

function requireRegular(path: string, stats: Stats): void {
  if (!stats.isFile()) throw new NotRegularFileError(`'${path}' is ${kindOf(stats)}, not a regular file`);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { NotRegularFileError } from '../../../plumbing/regular-file.ts';

/**
 * Opens a file of a sandbox that the harness writes for the task: `stdout` and the like, made when it is missing.
 * The sandbox is the task's, which may have put a link or a pipe there: neither is followed nor waited for.
 * @throws Error when anything but a regular file with one name is there
 */
export async function openOutput(path: string, purpose: 'append' | 'cut'): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;
  const wanted = purpose === 'append' ? O_WRONLY | O_APPEND | O_CREAT : O_RDWR;
  const handle = await open(path, wanted | O_NOFOLLOW | O_NONBLOCK, 0o644);
  const found = await handle.stat();
  if (found.isFile() && found.nlink === 1) return handle;
  await handle.close();
  throw new NotRegularFileError(`'${path}' is not a regular file with one name`);
}

import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { openRegularFile } from '../../../../plumbing/regular-file.ts';
import { createFile, freePathInside } from '../../containerizer/sandbox-path.ts';
import type { CommandUri } from '../../v1.ts';
import { extractArchive } from './archive.ts';

/** Brings what a task names in `command.uris` into its sandbox. */
export class Fetcher {
  readonly #cacheDirectory: string;
  /** One download per cached address, shared by all that ask for it. */
  readonly #cache = new Map<string, Promise<string>>();

  /** `cacheDirectory` is made when the first cached address is fetched. */
  constructor(cacheDirectory: string) {
    this.#cacheDirectory = cacheDirectory;
  }

  /** @throws Error naming the first address that could not be fetched. */
  async fetch(uris: readonly CommandUri[], sandbox: string, signal: AbortSignal): Promise<void> {
    for (const uri of uris) {
      try {
        await this.#fetchOne(uri, sandbox, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw new Error(`'${uri.value}': ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    }
  }

  async #fetchOne(uri: CommandUri, sandbox: string, signal: AbortSignal): Promise<void> {
    const name = uri.output_file ?? basename(uri.value);
    if (name === '') throw new Error('the address names no file');
    const extracts = uri.executable !== true && uri.extract !== false;
    if (uri.cache === true) {
      const cached = await this.#cached(uri.value, name);
      // Like Mesos, an archive is unpacked straight from the cache and not itself copied.
      if (extracts && (await extractArchive(cached, sandbox))) return;
      await copyFile(cached, await freePathInside(sandbox, name), newFile);
    } else {
      await download(uri.value, await freePathInside(sandbox, name), signal);
      if (extracts) await extractArchive(join(sandbox, name), sandbox);
    }
    if (uri.executable === true) await chmod(join(sandbox, name), 0o755);
  }

  #cached(address: string, name: string): Promise<string> {
    const known = this.#cache.get(address);
    if (known !== undefined) return known;
    const entry = this.#fill(address, name);
    this.#cache.set(address, entry);
    entry.catch(() => this.#cache.delete(address));
    return entry;
  }

  /** Not bound to the task that asked first: others may wait for it. */
  async #fill(address: string, name: string): Promise<string> {
    const digest = createHash('sha256').update(address).digest('hex').slice(0, 16);
    const directory = join(this.#cacheDirectory, digest);
    await mkdir(directory, { recursive: true });
    const file = join(directory, basename(name));
    const unfinished = `${file}.${randomUUID()}`;
    try {
      await download(address, unfinished, AbortSignal.timeout(downloadTimeoutMs));
      await rename(unfinished, file);
    } finally {
      await rm(unfinished, { force: true });
    }
    return file;
  }
}

/** Copied at once where the file system can share the bytes. */
const newFile = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
const downloadTimeoutMs = 600_000;

async function download(address: string, target: string, signal: AbortSignal): Promise<void> {
  const local = localPath(address);
  if (local !== undefined) {
    await using handle = await openRegularFile(local);
    await pipeline(handle.createReadStream({ autoClose: false }), createFile(target), { signal });
    return;
  }
  if (!/^https?:\/\//i.test(address)) throw new Error('only file, http and https addresses can be fetched');
  const response = await fetch(address, { signal }).catch((error: unknown) => {
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status}`);
  }
  await pipeline(Readable.fromWeb(response.body), createFile(target), { signal });
}

/** Undefined for an address that is not of this machine. */
function localPath(address: string): string | undefined {
  if (address.startsWith('/')) return address;
  return /^file:\/\//i.test(address) ? fileURLToPath(address) : undefined;
}

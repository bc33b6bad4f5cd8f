import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { NotRegularFileError, openRegularFile } from '../../../../plumbing/regular-file.ts';
import { isUnder } from '../../containerizer/sandbox-path.ts';
import type { FileRange } from '../../http/file-range.ts';
import { type AgentView, agentIdOf } from './view.ts';

/** A path that the files endpoints were asked for, or why they refuse it. */
export type FoundFile =
  /** What is open must be below one of the roots. */
  | { readonly kind: 'found'; readonly real: string; readonly roots: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly why: string };

export interface FileInfo {
  readonly path: string;
  /** Kind and permissions as the system has them; {@link modeText} writes them out. */
  readonly mode: number;
  readonly nlink: number;
  /** Names where there are any. */
  readonly uid: string;
  readonly gid: string;
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
}

const runPattern = /^(frameworks\/[^/]+\/executors\/[^/]+\/runs\/[^/]+)(\/.*)?$/;

/** At most sixteen pages a read, as Mesos. */
const mostBytesPerRead = 16 * 4096;

/**
 * Sandboxes are attached under their real path and under `/frameworks/…/executors/…/runs/latest`; nothing else is,
 * and no link or `..` leads out of the sandbox it starts in, but to a persistent volume.
 */
export async function findFile(view: AgentView, path: string): Promise<FoundFile> {
  const root = join(view.workDir, 'slaves', agentIdOf(view));
  const asked = path.startsWith('/frameworks/')
    ? path.slice(1)
    : path.startsWith(`${root}/`)
      ? path.slice(root.length + 1)
      : '';
  const [, run = '', rest = ''] = runPattern.exec(asked) ?? [];
  if (run === '' || run.split('/').includes('..')) return { kind: 'missing' };
  const sandbox = await realpath(join(root, run)).catch(() => undefined);
  if (sandbox === undefined) return { kind: 'missing' };
  const real = await realpath(`${sandbox}${rest}`).catch(() => undefined);
  if (real === undefined) return { kind: 'missing' };
  const roots = [sandbox, await realpath(join(view.workDir, 'volumes')).catch(() => sandbox)];
  if (!roots.some((folder) => isUnder(folder, real))) {
    return { kind: 'refused', why: `Resolved path '${real}' is inaccessible` };
  }
  return { kind: 'found', real, roots };
}

/**
 * Opens what was found for reading. The task may put something else there at any moment, so the file is judged once
 * more when it is open. `refused` says why it cannot be read: it is a folder, a pipe, a device.
 */
export async function openFound({
  real,
  roots,
}: Extract<FoundFile, { kind: 'found' }>): Promise<FileHandle | Exclude<FoundFile, { kind: 'found' }>> {
  try {
    const handle = await openRegularFile(real, constants.O_NOFOLLOW);
    const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => real);
    if (roots.some((folder) => isUnder(folder, opened))) return handle;
    await handle.close();
    return { kind: 'refused', why: `Resolved path '${opened}' is inaccessible` };
  } catch (error) {
    if (error instanceof NotRegularFileError)
      return { kind: 'refused', why: `Cannot read: ${error.message}` };
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'refused', why: `Cannot read '${real}': ${code}` };
  }
}

/** What `/files/browse` says of each entry, sorted by path. `path` is how the folder was asked for. */
export async function browse(real: string, path: string): Promise<readonly FileInfo[]> {
  const names = await readdir(real).catch(() => []);
  const accounts = await readAccounts();
  const entries = await Promise.all(
    names.sort().map(async (name) => {
      const stats = await lstat(join(real, name)).catch(() => undefined);
      return stats === undefined ? [] : [describe(join(path, name), stats, accounts)];
    }),
  );
  return entries.flat();
}

export async function readPart(
  handle: FileHandle,
  { offset, length }: FileRange,
): Promise<{ readonly offset: number; readonly data: Buffer; readonly size: number }> {
  const { size } = await handle.stat();
  if (offset === -1) return { offset: size, data: Buffer.alloc(0), size };
  const wanted = Math.min(length ?? size, Math.max(0, size - offset), mostBytesPerRead);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset);
  return { offset, data: buffer.subarray(0, bytesRead), size };
}

/** Every attached path and what it stands for. */
export function attachedFiles(view: AgentView): Record<string, string> {
  const attached: Record<string, string> = {};
  for (const { framework, id, sandbox } of view.core.frameworks.executors()) {
    attached[sandbox] = sandbox;
    attached[`/frameworks/${framework.info.id.value}/executors/${id}/runs/latest`] = sandbox;
  }
  return attached;
}

export function downloadName(real: string): string {
  return basename(real).replaceAll('"', '');
}

interface Accounts {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

function describe(path: string, stats: Stats, { users, groups }: Accounts): FileInfo {
  return {
    path,
    mode: stats.mode,
    nlink: stats.nlink,
    uid: users.get(stats.uid) ?? String(stats.uid),
    gid: groups.get(stats.gid) ?? String(stats.gid),
    size: stats.size,
    mtime: Math.floor(stats.mtimeMs / 1000),
  };
}

/** As `ls -l` writes it. */
export function modeText(mode: number): string {
  const type = mode & constants.S_IFMT;
  const kind = kinds.get(type) ?? '-';
  const bits = [...'rwxrwxrwx'].map((letter, index) => (mode & (0o400 >> index) ? letter : '-'));
  return kind + bits.join('');
}

const kinds = new Map([
  [constants.S_IFDIR, 'd'],
  [constants.S_IFLNK, 'l'],
  [constants.S_IFIFO, 'p'],
  [constants.S_IFSOCK, 's'],
  [constants.S_IFCHR, 'c'],
  [constants.S_IFBLK, 'b'],
]);

async function readAccounts(): Promise<Accounts> {
  return { users: await readNames('/etc/passwd'), groups: await readNames('/etc/group') };
}

async function readNames(file: string): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [name, , number] = line.split(':');
    if (name !== undefined && number !== undefined) names.set(Number(number), name);
  }
  return names;
}

import type { MasterContext } from '../context.ts';

/** The one file a master shows. */
const logPath = '/master/log';
/** As Mesos: sixteen pages. */
const longestRead = 16 * 4096;

export type FileAnswer<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid'; readonly message: string };

interface FileInfo {
  readonly path: string;
  readonly mode: string;
  readonly nlink: number;
  readonly uid: string;
  readonly gid: string;
  readonly size: number;
  readonly mtime: number;
}

/** `/files/browse` and LIST_FILES. */
export function browse(context: MasterContext, path: string | null): FileAnswer<readonly FileInfo[]> {
  if (path === null || path === '') return { kind: 'invalid', message: "Expecting 'path=value' in query.\n" };
  const plain = path.replace(/\/+$/, '');
  if (plain !== '/master' && plain !== logPath) return { kind: 'missing' };
  const size = context.masterLog.size;
  const mtime = Math.floor(context.clock.now() / 1000);
  return {
    kind: 'found',
    value: [{ path: logPath, mode: '-rw-r--r--', nlink: 1, uid: 'root', gid: 'root', size, mtime }],
  };
}

/** `/files/read`: part of a file; an offset of -1 asks for the size only. */
export function read(
  context: MasterContext,
  query: { readonly path: string | null; readonly offset: string | null; readonly length: string | null },
): FileAnswer<{ readonly offset: number; readonly data: Buffer }> {
  const { path } = query;
  if (path === null || path === '') return { kind: 'invalid', message: "Expecting 'path=value' in query.\n" };
  const offset = query.offset === null ? -1 : wholeNumber(query.offset);
  if (offset === null) return { kind: 'invalid', message: `Failed to parse offset: '${query.offset}'.\n` };
  if (offset < -1) return { kind: 'invalid', message: `Negative offset provided: ${offset}.\n` };
  const length = query.length === null ? longestRead : wholeNumber(query.length);
  if (length === null) return { kind: 'invalid', message: `Failed to parse length: '${query.length}'.\n` };
  if (length < -1) return { kind: 'invalid', message: `Negative length provided: ${length}.\n` };
  if (path !== logPath) return { kind: 'missing' };
  const { size } = context.masterLog;
  if (offset === -1) return { kind: 'found', value: { offset: size, data: Buffer.alloc(0) } };
  return {
    kind: 'found',
    value: context.masterLog.read(offset, length < 0 ? longestRead : Math.min(length, longestRead)),
  };
}

export function download(context: MasterContext, path: string | null): FileAnswer<Buffer> {
  if (path === null || path === '') return { kind: 'invalid', message: "Expecting 'path=value' in query.\n" };
  if (path !== logPath) return { kind: 'missing' };
  return { kind: 'found', value: context.masterLog.read(0, Number.MAX_SAFE_INTEGER).data };
}

function wholeNumber(text: string): number | null {
  return /^-?\d+$/.test(text) ? Number(text) : null;
}

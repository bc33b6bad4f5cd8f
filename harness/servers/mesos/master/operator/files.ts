import { readRange } from '../../http/file-range.ts';
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
  const range = readRange(query.offset, query.length);
  if ('problem' in range) return { kind: 'invalid', message: `${range.problem}\n` };
  if (path !== logPath) return { kind: 'missing' };
  const { size } = context.masterLog;
  if (range.offset === -1) return { kind: 'found', value: { offset: size, data: Buffer.alloc(0) } };
  const length = Math.min(range.length ?? longestRead, longestRead);
  return { kind: 'found', value: context.masterLog.read(range.offset, length) };
}

export function download(context: MasterContext, path: string | null): FileAnswer<Buffer> {
  if (path === null || path === '') return { kind: 'invalid', message: "Expecting 'path=value' in query.\n" };
  if (path !== logPath) return { kind: 'missing' };
  return { kind: 'found', value: context.masterLog.read(0, Number.MAX_SAFE_INTEGER).data };
}

import type { PathId } from './types.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

/** Absolute form of `id`, read against the group `base`; `.` and `..` resolved, a trailing slash dropped. */
export function resolveId(_id: string, _base: PathId = '/'): PathId {
  return notWritten();
}

/** What is wrong with an absolute id, in Marathon's words; empty when it is a valid app or group id. */
export function checkId(_id: PathId): readonly string[] {
  return notWritten();
}

/** The enclosing group: `/a` for `/a/b`, `/` for `/a` and for `/`. */
export function parentOf(_id: PathId): PathId {
  return notWritten();
}

export function lastSegment(_id: PathId): string {
  return notWritten();
}

/** Whether `id` is `group` or lies anywhere below it. */
export function isWithin(_id: PathId, _group: PathId): boolean {
  return notWritten();
}

import type { PathId } from './types.ts';

/** Absolute form of `id`, read against the group `base`; `.` and `..` resolved, a trailing slash dropped. */
export function resolveId(id: string, base: PathId = '/'): PathId {
  const segments: string[] = [];
  for (const segment of `${id.startsWith('/') ? '' : base}/${id}`.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

const segmentPattern =
  '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$';
const segment = new RegExp(`^(?:${segmentPattern.slice(1, -1)})$`);
/** Marathon has no such bound; the tree is walked by recursion, and nobody means an id like that. */
export const mostSegments = 100;
const reserved = ['restart', 'tasks', 'versions', '.', '..'];

/**
 * Whether the text is made of segments, empty ones and `..` among them. Marathon writes this as one pattern, over which a row of
 * slashes takes for ever.
 */
export function looksLikeId(id: string): boolean {
  return id.split('/').every((part) => part === '' || part === '..' || (part !== '.' && segment.test(part)));
}

/** What is wrong with an absolute id, in Marathon's words; empty when it is a valid app or group id. The root is valid here. */
export function checkId(id: PathId): readonly string[] {
  const problems: string[] = [];
  if (!segmentsOf(id).every((part) => segment.test(part))) {
    problems.push(`must fully match regular expression '${segmentPattern}'`);
  }
  if (segmentsOf(id).length > mostSegments) problems.push(`must not have more than ${mostSegments} segments`);
  if (reserved.includes(lastSegment(id))) {
    problems.push(`must not end with any of the following reserved keywords: ${reserved.join(', ')}`);
  }
  return problems;
}

/** The enclosing group: `/a` for `/a/b`, `/` for `/a` and for `/`. */
export function parentOf(id: PathId): PathId {
  const end = id.lastIndexOf('/');
  return end <= 0 ? '/' : id.slice(0, end);
}

/** Empty for the root. */
export function lastSegment(id: PathId): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** Without the empty ones: none for the root. */
export function segmentsOf(id: PathId): readonly string[] {
  return id.split('/').filter((part) => part !== '');
}

/** Whether `id` is `group` or lies anywhere below it. */
export function isWithin(id: PathId, group: PathId): boolean {
  return group === '/' || id === group || id.startsWith(`${group}/`);
}

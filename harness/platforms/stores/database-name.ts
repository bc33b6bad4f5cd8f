import { createHash } from 'node:crypto';

const longestName = 63;

/** PostgreSQL cuts longer names, and two could then be one. */
export function databaseName(name: string): string {
  if (name.length <= longestName) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longestName - hash.length - 1)}-${hash}`;
}

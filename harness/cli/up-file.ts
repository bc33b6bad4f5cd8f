import { join } from 'node:path';

/** Where `up` tells `down` which process holds the system. */
export function upFile(root: string): string {
  return join(root, '.stagegate', 'up.json');
}

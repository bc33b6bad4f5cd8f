import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recognised } from './recognised.ts';

/** How the files of a `static` bundle are served; the builder puts the server beside them. */
export const staticStart = 'node .stagegate-server.mjs';

/** A folder of web pages and nothing that makes them. */
export async function recogniseStatic(folder: string): Promise<Recognised | null> {
  for (const output of ['.', 'public', 'html']) {
    const page = await stat(join(folder, output, 'index.html')).catch(() => null);
    if (page?.isFile() === true) {
      return {
        language: 'static files',
        bundle: { kind: 'static', run: null, output },
        start: staticStart,
        base: 'node:24-bookworm-slim',
      };
    }
  }
  return null;
}

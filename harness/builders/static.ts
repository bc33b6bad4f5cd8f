import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleRecipe } from '../model/index.ts';
import type { Builder } from './builder.ts';
import { outputFolder } from './output-folder.ts';

const server = fileURLToPath(new URL('./static-server.mjs', import.meta.url));

/** Web pages in `public`, and the server that hands them out. */
export const staticFiles: Builder<Extract<BundleRecipe, { kind: 'static' }>> = {
  async build({ run, output }, place) {
    if (run !== null) await place.run(run);
    const folder = output === '.' ? place.folder : await outputFolder(place, output);
    await cp(folder, join(place.output, 'public'), { recursive: true, verbatimSymlinks: true });
    await copyFile(server, join(place.output, '.stagegate-server.mjs'));
    return { folder: place.output };
  },
};

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The page's two files, ready for the browser. */
export interface PageFiles {
  readonly script: Uint8Array;
  readonly style: Uint8Array;
}

const entry = fileURLToPath(new URL('../page/main.tsx', import.meta.url));

/** Makes the page of its sources, which only a checkout has. */
export async function bundlePage(): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: { app: entry },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
  });
  const file = (ending: string): Uint8Array =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.contents ?? new Uint8Array();
  return { script: file('.js'), style: file('.css') };
}

// Started by itself, as the packing of the package does: writes the files into the folder that is named.
if (import.meta.main) {
  const folder = process.argv[2] ?? '';
  const { script, style } = await bundlePage();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'app.js'), script);
  await writeFile(join(folder, 'app.css'), style);
}

import { readFile } from 'node:fs/promises';
import type { PageFiles } from './bundle-page.ts';

const built = new URL('../page/built/', import.meta.url);

/** From the package, which carries them made; from a checkout, where they are made of the sources now. */
export async function loadPageFiles(): Promise<PageFiles> {
  const [script, style] = await Promise.all(
    ['app.js', 'app.css'].map((name) => readFile(new URL(name, built)).catch(() => null)),
  );
  if (script && style) return { script, style };
  // Loaded here: the package does not need it.
  const { bundlePage } = await import('./bundle-page.ts');
  return bundlePage();
}

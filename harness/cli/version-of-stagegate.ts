import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** As its package.json says, in a checkout and in an installed package. */
export function versionOfStagegate(): string {
  const file = findPackageJSON(import.meta.url);
  if (file === undefined) throw new Error('stagegate is not in a package.');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const unknown = '0.0.0';
/** Where each language's tools keep the version of a project. */
const places: readonly (readonly [string, RegExp])[] = [
  ['package.json', /"version"\s*:\s*"([^"]+)"/],
  ['pyproject.toml', /^version\s*=\s*["']([^"']+)["']/m],
  ['Cargo.toml', /^version\s*=\s*"([^"]+)"/m],
  ['pom.xml', /<\/(?:parent|artifactId)>\s*(?:<\w+>[^<]*<\/\w+>\s*)*?<version>([^<$]+)<\/version>/],
  ['VERSION', /^(\S+)/],
];

/** The version a service gives itself; `0.0.0` when it gives none. */
export async function versionOf(folder: string): Promise<string> {
  for (const [file, pattern] of places) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    const version = pattern.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  return unknown;
}

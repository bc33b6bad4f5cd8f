import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import type { SettingRead } from '../../policy/index.ts';
import { settingsOfJavaScript } from './settings-of-javascript.ts';
import { settingsOfPython } from './settings-of-python.ts';

const languages: Readonly<Record<string, (code: string, file: string) => Promise<readonly SettingRead[]>>> = {
  '.ts': settingsOfJavaScript,
  '.tsx': settingsOfJavaScript,
  '.mts': settingsOfJavaScript,
  '.cts': settingsOfJavaScript,
  '.js': settingsOfJavaScript,
  '.jsx': settingsOfJavaScript,
  '.mjs': settingsOfJavaScript,
  '.cjs': settingsOfJavaScript,
  '.py': settingsOfPython,
};
/** Sources of languages whose settings nobody reads here yet: with one of them nothing can be said. */
const unread = new Set(['.go', '.java', '.kt', '.scala', '.rb', '.rs', '.cs', '.php', '.ex']);
const noSources = new Set([
  'node_modules',
  'dist',
  'build',
  'coverage',
  '.git',
  'test',
  'tests',
  '__tests__',
  '.venv',
]);

/** The variables that a service's code reads; null when its language is not understood. */
export async function settingsOfCode(folder: string): Promise<readonly SettingRead[] | null> {
  const files = await sourcesBelow(folder);
  if (files.some((file) => unread.has(extname(file)))) return null;
  const readable = files.filter((file) => extname(file) in languages);
  if (readable.length === 0) return null;
  const reads = await Promise.all(
    readable.map(async (file) => {
      const code = await readFile(file, 'utf8');
      // Most files read no setting; parsing them would take most of the time.
      if (!/[A-Z][A-Z0-9_]{2,}/.test(code)) return [];
      return languages[extname(file)]?.(code, relative(folder, file)) ?? [];
    }),
  );
  return merge(reads.flat());
}

/** Required anywhere is required, unless another place has a fallback for it. */
function merge(reads: readonly SettingRead[]): readonly SettingRead[] {
  const byName = new Map<string, SettingRead>();
  for (const read of reads) {
    const before = byName.get(read.name);
    if (before === undefined) byName.set(read.name, read);
    else if (before.required && !read.required) byName.set(read.name, read);
  }
  return [...byName.values()];
}

/** Files of a folder that may be source: no tests, no packages, nothing that was built. */
export async function sourcesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return noSources.has(entry.name) ? [] : sourcesBelow(path);
      return /\.(test|spec|config)\.\w+$/.test(entry.name) ? [] : [path];
    }),
  );
  return found.flat();
}

import { posix } from 'node:path';
import type { FileHashes } from './file-hashes.ts';

/** A relative path in an import, an export, a `new URL` or a `require`. What is imported for its types alone is never run. */
const reference =
  /(?:(?<types>\b(?:import|export)\s+type\s[^'"`;]*?)?\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*|\brequire\(\s*|\bvi\.mock\(\s*)['"](?<path>\.{1,2}\/[^'"\n]+)['"]/g;
const endings = ['', '.ts', '.js', '.mjs', '.tsx', '.jsx', '/index.ts', '/index.js'];

/** Follows relative imports through a project's files, each file read once. */
export class ImportGraph {
  readonly #files: FileHashes;
  readonly #direct = new Map<string, readonly string[]>();

  constructor(files: FileHashes) {
    this.#files = files;
  }

  /** The files themselves and everything they import by relative path, however deep; sorted. */
  closure(entries: readonly string[]): readonly string[] {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const imported of this.#importsOf(file)) visit(imported);
    };
    for (const entry of entries) visit(entry);
    return [...seen].sort();
  }

  #importsOf(file: string): readonly string[] {
    const known = this.#direct.get(file);
    if (known !== undefined) return known;
    const found = /\.[cm]?[jt]sx?$/.test(file) ? this.#read(file) : [];
    this.#direct.set(file, found);
    return found;
  }

  #read(file: string): readonly string[] {
    const text = this.#files.text(file) ?? '';
    const folder = posix.dirname(file);
    return [...text.matchAll(reference)].flatMap(({ groups }) => {
      if (groups?.types !== undefined) return [];
      const target = posix.normalize(posix.join(folder, groups?.path ?? ''));
      const ending = endings.find((each) => this.#files.of(target + each) !== null);
      return ending === undefined ? [] : [target + ending];
    });
  }
}

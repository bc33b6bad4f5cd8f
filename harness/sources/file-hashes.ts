import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What a build makes, npm brings or stagegate writes is no source. */
const noSources: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'coverage',
  '.git',
  '.stagegate',
  '__pycache__',
  'target',
  '.venv',
  '.pytest_cache',
  'test-results',
  'playwright-report',
  'reports',
]);

/** Whether a file, by its path relative to the project, lies in a folder that holds no sources. */
export function isNoSource(path: string): boolean {
  return path.split(/[/\\]/).some((name) => noSources.has(name));
}

/**
 * Hashes files of a project, each at most once: a file that changes while a command runs counts as it was first read.
 * Paths are relative to the project's root, with forward slashes.
 */
export class FileHashes {
  readonly #root: string;
  readonly #hashes = new Map<string, string | null>();
  readonly #listings = new Map<string, ReadonlyMap<string, string | null>>();
  readonly #folders = new Map<string, readonly string[]>();

  constructor(root: string) {
    this.#root = root;
  }

  get root(): string {
    return this.#root;
  }

  /** SHA-256 of the content and the right to execute it; null where there is no regular file. */
  of(file: string): string | null {
    const known = this.#hashes.get(file);
    if (known !== undefined) return known;
    const hash = this.#read(file);
    this.#hashes.set(file, hash);
    return hash;
  }

  /** One hash over all these files, their names included. */
  ofAll(files: Iterable<string>): string {
    const listing = [...new Set(files)].sort().map((file) => [file, this.of(file)] as const);
    const hash = createHash('sha256');
    for (const [file, content] of listing) hash.update(`${file}\0${content}\n`);
    const digest = hash.digest('hex');
    this.#listings.set(digest, new Map(listing));
    return digest;
  }

  /** The files, with their hashes, that {@link ofAll} has made this hash from; undefined when it has not. */
  listing(hash: string): ReadonlyMap<string, string | null> | undefined {
    return this.#listings.get(hash);
  }

  /** Every source file below a folder, sorted. Links are listed and not followed. */
  below(folder: string): readonly string[] {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const files = this.#list(folder);
    this.#folders.set(folder, files);
    return files;
  }

  text(file: string): string | null {
    try {
      return this.of(file) === null ? null : readFileSync(join(this.#root, file), 'utf8');
    } catch {
      return null;
    }
  }

  #read(file: string): string | null {
    const path = join(this.#root, file);
    try {
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) return `link:${readlinkSync(path)}`;
      // A pipe or a device would wait for ever.
      if (!stats.isFile()) return null;
      const executable = (stats.mode & 0o111) !== 0 ? 'x' : '-';
      return executable + createHash('sha256').update(readFileSync(path)).digest('hex');
    } catch {
      return null;
    }
  }

  #list(folder: string): readonly string[] {
    const path = join(this.#root, folder);
    try {
      return readdirSync(path, { withFileTypes: true })
        .flatMap((entry) => {
          const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
          if (entry.isDirectory()) return noSources.has(entry.name) ? [] : this.#list(name);
          return entry.isFile() || entry.isSymbolicLink() ? [name] : [];
        })
        .sort();
    } catch {
      return [];
    }
  }
}

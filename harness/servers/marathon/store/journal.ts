import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreRecord } from './records.ts';

/** The journal is rewritten when it is this long and has grown fourfold since it was last short. */
const rewriteAtBytes = 8 * 1024 * 1024;

/** A file of JSON lines, appended to, and rewritten as a whole (by rename) when it has grown too long. */
export class Journal {
  readonly #path: string;
  readonly #snapshot: () => readonly StoreRecord[];
  #file: number | null = null;
  #lines: string[] = [];
  #bytes = 0;
  #shortestBytes = 0;
  #flushing: NodeJS.Immediate | null = null;

  constructor(directory: string, snapshot: () => readonly StoreRecord[]) {
    // Definitions hold what services are started with, passwords among it.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#path = join(directory, 'state.jsonl');
    this.#snapshot = snapshot;
  }

  /**
   * Everything that was written. A last line without its line end was torn by the death of its writer and is cut off.
   *
   * @throws Error naming the line that is no JSON.
   */
  read(): readonly StoreRecord[] {
    const text = readIfThere(this.#path);
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    lines.pop();
    return lines.map((line, index) => parse(line, `${this.#path}:${index + 1}`));
  }

  append(record: StoreRecord): void {
    this.#lines.push(JSON.stringify(record));
    this.#flushing ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#flushing !== null) clearImmediate(this.#flushing);
    this.#flushing = null;
    if (this.#lines.length === 0) return;
    if (this.#file === null || (this.#bytes > rewriteAtBytes && this.#bytes > 4 * this.#shortestBytes)) {
      this.#rewrite();
      return;
    }
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes += write(this.#file, lines);
  }

  close(): void {
    this.flush();
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #rewrite(): void {
    const draft = `${this.#path}.new`;
    const file = openSync(draft, 'w');
    this.#lines = [];
    this.#bytes = write(
      file,
      this.#snapshot().map((record) => JSON.stringify(record)),
    );
    this.#shortestBytes = this.#bytes;
    fsyncSync(file);
    renameSync(draft, this.#path);
    if (this.#file !== null) closeSync(this.#file);
    this.#file = file;
  }
}

function write(file: number, lines: readonly string[]): number {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  return bytes.length;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function parse(line: string, place: string): StoreRecord {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${place}: the state journal is damaged here`, { cause });
  }
}

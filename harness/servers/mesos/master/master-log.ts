/** What is kept, in bytes; older text is gone. */
const capacityBytes = 1024 * 1024;

export interface LogLine {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** The master's log as a file that can be read from any offset, of which the oldest part may be forgotten. */
export class MasterLog {
  #kept = Buffer.alloc(0);
  /** Offset of the first byte kept. */
  #start = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  append({ level, text }: LogLine, now: number): void {
    const line = Buffer.from(`${level[0]?.toUpperCase()} ${new Date(now).toISOString()} ${text}\n`);
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    if (this.#pendingBytes > capacityBytes) this.#settle();
  }

  get size(): number {
    return this.#start + this.#kept.length + this.#pendingBytes;
  }

  /** What is left of the wanted part; it begins later than asked for when its beginning is forgotten. */
  read(offset: number, length: number): { readonly offset: number; readonly data: Buffer } {
    this.#settle();
    const from = Math.max(offset, this.#start);
    const begin = from - this.#start;
    return { offset: from, data: this.#kept.subarray(begin, begin + length) };
  }

  #settle(): void {
    const all = Buffer.concat([this.#kept, ...this.#pending]);
    this.#pending = [];
    this.#pendingBytes = 0;
    const excess = Math.max(0, all.length - capacityBytes);
    this.#kept = all.subarray(excess);
    this.#start += excess;
  }
}

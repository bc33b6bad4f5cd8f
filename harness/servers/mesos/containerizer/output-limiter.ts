import { createReadStream, createWriteStream } from 'node:fs';
import { stat, truncate } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Clock, Timer } from '../../../plumbing/clock.ts';

const firstLookMs = 100;
const shortestPauseMs = 10;
const longestPauseMs = 1000;

/**
 * Keeps the files a task writes its output to from filling the disk. Tasks write straight into the file, so that they
 * go on without the harness in between; a file over its limit is moved to `<file>.1` (its end, that is) and emptied in
 * place. How soon a file is looked at again depends on how fast it grows.
 */
export class OutputLimiter {
  readonly #clock: Clock;
  readonly #limitBytes: number;
  readonly #watched = new Map<string, Timer>();

  constructor(clock: Clock, limitBytes: number) {
    this.#clock = clock;
    this.#limitBytes = limitBytes;
  }

  watch(file: string): void {
    this.#look(file, 0, firstLookMs);
  }

  unwatch(file: string): void {
    this.#watched.get(file)?.cancel();
    this.#watched.delete(file);
  }

  #look(file: string, sizeBefore: number, pauseMs: number): void {
    const timer = this.#clock.after(pauseMs, async () => {
      const size = await this.#cut(file);
      if (size === undefined || !this.#watched.has(file)) return;
      const grownPerMs = Math.max(0, size.before - sizeBefore) / pauseMs;
      const untilFullMs = (this.#limitBytes - size.after) / Math.max(grownPerMs, 1);
      this.#look(file, size.after, Math.min(longestPauseMs, Math.max(shortestPauseMs, untilFullMs / 2)));
    });
    this.#watched.set(file, timer);
  }

  /** Undefined when the file is gone: nobody can fill it any more. */
  async #cut(file: string): Promise<{ before: number; after: number } | undefined> {
    const before = await stat(file).then(
      (found) => found.size,
      () => undefined,
    );
    if (before === undefined) return undefined;
    if (before <= this.#limitBytes) return { before, after: before };
    const tail = createReadStream(file, { start: before - this.#limitBytes, end: before - 1 });
    await pipeline(tail, createWriteStream(`${file}.1`)).catch(() => {});
    await truncate(file).catch(() => {});
    return { before, after: 0 };
  }
}

import { createWriteStream } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Clock, Timer } from '../../../plumbing/clock.ts';
import { openOutput } from './output-file.ts';

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
    // Looked at without being opened, as long as there is nothing to do.
    const before = await lstat(file).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
    if (before === undefined) return undefined;
    if (before <= this.#limitBytes) return { before, after: before };
    await keepEnd(file, this.#limitBytes).catch(() => {});
    return { before, after: 0 };
  }
}

/** Writes the end of the file to a new `<file>.1` and empties it. Nothing that the task put there instead is written to. */
async function keepEnd(file: string, keptBytes: number): Promise<void> {
  await using handle = await openOutput(file, 'cut');
  const { size } = await handle.stat();
  const tail = handle.createReadStream({
    start: Math.max(0, size - keptBytes),
    end: size - 1,
    autoClose: false,
  });
  try {
    await rm(`${file}.1`, { force: true });
    await pipeline(tail, createWriteStream(`${file}.1`, { flags: 'wx' }));
  } finally {
    await handle.truncate();
  }
}

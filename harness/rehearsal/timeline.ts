import type { RehearsalWindow } from '../model/recording.ts';

/** The one clock of a rehearsal, and the windows that are opened and closed on it. */
export class Timeline {
  readonly windows: RehearsalWindow[] = [];
  /** Milliseconds since the Unix epoch at its start. */
  readonly startedAt = Date.now();
  readonly #started = performance.now();

  /** Milliseconds since the start; monotonic. */
  readonly now = (): number => Math.round((performance.now() - this.#started) * 10) / 10;

  /** Does the work in a window; it is recorded however the work ends. */
  async during<T>(what: Omit<RehearsalWindow, 'startMs' | 'endMs'>, work: () => Promise<T>): Promise<T> {
    const startMs = this.now();
    try {
      return await work();
    } finally {
      this.windows.push({ ...what, startMs, endMs: this.now() });
    }
  }
}

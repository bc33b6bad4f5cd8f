/** How many of the newest timings percentiles are taken over. */
const timingWindow = 1000;

/** Counters and timings by their Mesos names; gauges are computed when asked for (see `metrics-snapshot.ts`). */
export class Metrics {
  readonly #counters = new Map<string, number>();
  readonly #timings = new Map<string, number[]>();

  increment(name: string, by = 1): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + by);
  }

  /** Records a duration in milliseconds under a name that ends in `_ms`. */
  time(name: string, durationMs: number): void {
    const timings = this.#timings.get(name) ?? [];
    timings.push(durationMs);
    if (timings.length > timingWindow) timings.shift();
    this.#timings.set(name, timings);
  }

  get counters(): ReadonlyMap<string, number> {
    return this.#counters;
  }

  get timings(): ReadonlyMap<string, readonly number[]> {
    return this.#timings;
  }
}

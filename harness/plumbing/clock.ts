/** A timer that can be cancelled; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as the servers see it. Tests pass a {@link VirtualClock}; everything else passes {@link systemClock}. */
export interface Clock {
  /** Milliseconds since the Unix epoch, to be shown and stored. It can be set back or forward at any moment. */
  now(): number;
  /**
   * Milliseconds, with fractions, that nobody can set: durations, deadlines and delays are differences of it. It agrees
   * with {@link now} when the process starts, so that a reading that was stored still means something to the next process.
   */
  monotonic(): number;
  /**
   * Calls `callback` once (never synchronously). It never calls early: {@link monotonic} has then advanced by `delayMs`
   * at least, fractions included. It may call up to some milliseconds late.
   */
  after(delayMs: number, callback: () => void): Timer;
}

/** Longest delay Node's timers take; longer ones would fire at once. */
const longestDelayMs = 2 ** 31 - 1;
/** Shortest delay of Node's timers: `setTimeout(callback, 0)` waits this long too. */
const shortestDelayMs = 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.timeOrigin + performance.now(),
  after(delayMs, callback) {
    const due = performance.now() + delayMs;
    // Node cuts off the fraction of a delay and counts in whole milliseconds, so its timers may fire up to 2 ms early.
    const onTimeout = (): void => {
      if (performance.now() < due) handle = arm();
      else callback();
    };
    const arm = (): NodeJS.Timeout => {
      const leftMs = Math.ceil(due - performance.now());
      return setTimeout(onTimeout, Math.min(Math.max(shortestDelayMs, leftMs), longestDelayMs));
    };
    let handle = arm();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Calls `callback` every `intervalMs` until cancelled; the first call comes after one interval. */
export function every(clock: Clock, intervalMs: number, callback: () => void): Timer {
  let timer: Timer;
  const arm = (): void => {
    timer = clock.after(intervalMs, () => {
      arm();
      callback();
    });
  };
  arm();
  return { cancel: () => timer.cancel() };
}

/**
 * Time that moves only when told to, so that a simulation runs as fast as the processor and always the same way. Its
 * timers are as coarse as the real ones: they fire on whole milliseconds, and so mostly later than a fraction asked for.
 */
export class VirtualClock implements Clock {
  #monotonic: number;
  /** How far the wall clock has been set forward since the start. */
  #jumpedMs = 0;
  #sequence = 0;
  /** Binary min-heap by (due, sequence). */
  readonly #heap: Entry[] = [];

  constructor(startMs = 0) {
    this.#monotonic = startMs;
  }

  now(): number {
    return Math.floor(this.#monotonic + this.#jumpedMs);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Sets the wall clock forward, or back when negative, as an administrator or NTP does. No timer notices. */
  jumpWall(byMs: number): void {
    this.#jumpedMs += byMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const due = Math.ceil(this.#monotonic + Math.max(0, delayMs));
    const entry: Entry = { due, sequence: this.#sequence++, callback };
    this.#push(entry);
    return {
      cancel: () => {
        entry.callback = null;
      },
    };
  }

  /** Number of timers that wait, cancelled ones included. */
  get pending(): number {
    return this.#heap.length;
  }

  /** Fires every timer due within `durationMs`, in order of due time, then of arming; ends with the clock at that time. */
  async advance(durationMs: number): Promise<void> {
    const until = this.#monotonic + durationMs;
    await settle();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.due > until) break;
      this.#pop();
      this.#monotonic = next.due;
      if (next.callback === null) continue;
      next.callback();
      await settle();
    }
    this.#monotonic = until;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    heap.push(entry);
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!precedes(heap[index], heap[parent])) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    heap.pop();
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      let smallest = index;
      if (precedes(heap[left], heap[smallest])) smallest = left;
      if (precedes(heap[left + 1], heap[smallest])) smallest = left + 1;
      if (smallest === index) return;
      this.#swap(index, smallest);
      index = smallest;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const first = heap[a];
    const second = heap[b];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  }
}

interface Entry {
  readonly due: number;
  readonly sequence: number;
  /** Null once cancelled. */
  callback: (() => void) | null;
}

function precedes(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.due < b.due || (a.due === b.due && a.sequence < b.sequence);
}

/** Lets promise chains that the last callback started run to their next timer or end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

import type { AppDefinition } from '../config/index.ts';
import type { AppFacts } from '../platforms/index.ts';
import type { Clock, Timer } from '../plumbing/clock.ts';
import { type Stuck, whyStuck } from './stuck.ts';

const everyMs = 2000;

/** Looks now and then at an app that is being deployed, and calls `onHopeless` once it can never become healthy. */
export class StuckWatch implements Disposable {
  readonly #look: () => Promise<AppFacts>;
  readonly #app: AppDefinition;
  readonly #clock: Clock;
  readonly #onHopeless: () => void;
  #timer: Timer | null = null;
  #since = 0;
  #over = false;
  /** What was found last; null when nothing speaks against it. */
  last: Stuck | null = null;

  constructor(
    app: AppDefinition,
    options: {
      readonly look: () => Promise<AppFacts>;
      readonly clock: Clock;
      readonly onHopeless: () => void;
    },
  ) {
    this.#app = app;
    this.#look = options.look;
    this.#clock = options.clock;
    this.#onHopeless = options.onHopeless;
    this.#arm();
  }

  #arm(): void {
    this.#timer = this.#clock.after(everyMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const facts = await this.#look().catch(() => null);
    if (this.#over) return;
    if (facts !== null) this.#take(whyStuck(this.#app, facts), facts);
    this.#arm();
  }

  #take(found: Stuck | null, { tasks }: AppFacts): void {
    const now = this.#clock.monotonic();
    if (found === null) {
      // Between the death of a task and the next one there is nothing to see, and nothing has changed.
      if (tasks.some(({ state }) => state === 'TASK_RUNNING')) this.last = null;
      return;
    }
    // Seen twice at least: between two states, anything may be seen once.
    if (found.what !== this.last?.what) this.#since = now;
    else if (found.hopelessAfterMs !== null && now - this.#since >= found.hopelessAfterMs) this.#onHopeless();
    this.last = found;
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#timer?.cancel();
  }
}

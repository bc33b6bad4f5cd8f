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
    const found = facts === null ? this.last : whyStuck(this.#app, facts);
    const now = this.#clock.monotonic();
    // Seen twice at least: between two states, anything may be seen once.
    if (found === null || found.because !== this.last?.because) this.#since = now;
    else if (found.hopelessAfterMs !== null && now - this.#since >= found.hopelessAfterMs) this.#onHopeless();
    this.last = found;
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#timer?.cancel();
  }
}

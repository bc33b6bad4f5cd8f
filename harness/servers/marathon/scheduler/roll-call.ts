import type { Clock, Timer } from '../../../plumbing/clock.ts';

/** An agent that is still recovering answers for none of its tasks; nobody waits longer for it. */
const patienceMs = 5_000;

/** Waits, after a restart, until Mesos has said something about every task that was running before. */
export class RollCall {
  readonly #clock: Clock;
  readonly #unheard: Set<string>;
  readonly #onDone: () => void;
  #deadline: Timer | null = null;
  #isDone = false;

  constructor(clock: Clock, taskIds: readonly string[], onDone: () => void) {
    this.#clock = clock;
    this.#unheard = new Set(taskIds);
    this.#onDone = onDone;
    this.#check();
  }

  /** The question has been asked. */
  begin(): void {
    if (this.#isDone) return;
    this.#deadline ??= this.#clock.after(patienceMs, () => this.#finish());
  }

  hear(taskId: string): void {
    if (this.#unheard.delete(taskId)) this.#check();
  }

  stop(): void {
    this.#deadline?.cancel();
  }

  #check(): void {
    if (this.#unheard.size === 0) this.#finish();
  }

  #finish(): void {
    this.#deadline?.cancel();
    if (this.#isDone) return;
    this.#isDone = true;
    this.#onDone();
  }
}

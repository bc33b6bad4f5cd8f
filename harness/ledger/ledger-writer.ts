import type { LedgerRecord } from './entry.ts';
import { applyEntries, foldState } from './fold.ts';
import { type Ledger, objectIdOf } from './ledger.ts';
import type { State } from './state.ts';

/**
 * Writes what a command finds out, and keeps the state that follows from it. Records that are written while a batch is
 * on its way go together in the next one, so that many small steps make few commits, in order.
 */
export class LedgerWriter {
  readonly #ledger: Ledger;
  readonly #objects = new Map<string, string>();
  #state: State;
  #waiting: { readonly records: readonly LedgerRecord[]; readonly objects: readonly string[] }[] = [];
  #writing: Promise<void> | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#state = foldState(ledger.entries);
  }

  /** What the ledger said when it was opened, and everything written since. */
  get state(): State {
    return this.#state;
  }

  /** Resolves once the records are in the ledger and in the state. @throws `SG_LEDGER_FAILED` and its siblings */
  append(records: readonly LedgerRecord[], objects: readonly string[] = []): Promise<void> {
    for (const content of objects) this.#objects.set(objectIdOf(content), content);
    this.#waiting.push({ records, objects });
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  /** What the ledger had after the last batch, entries of other commands included. */
  latest(): State {
    return foldState(this.#ledger.entries);
  }

  /** Makes {@link latest} the state. */
  catchUp(): void {
    this.#state = this.latest();
  }

  /** Content of an object that this command or an earlier one wrote. */
  async object(id: string): Promise<string | null> {
    return this.#objects.get(id) ?? this.#ledger.object(id);
  }

  async #writeAll(): Promise<void> {
    try {
      // What is written in the same turn of the event loop belongs in one batch.
      await Promise.resolve();
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        const entries = await this.#ledger.append(
          batch.flatMap(({ records }) => records),
          batch.flatMap(({ objects }) => objects),
        );
        this.#state = applyEntries(this.#state, entries);
      }
    } catch (error) {
      // Whoever waits for these is told that they failed: they must not be written later.
      this.#waiting = [];
      throw error;
    } finally {
      this.#writing = null;
    }
  }
}

import type { Ledger, LedgerRecord } from '../ledger/index.ts';

/** Gathers records while a batch is on its way, so that many small steps make few commits, in order. */
export class LedgerWriter {
  readonly #ledger: Ledger;
  #waiting: LedgerRecord[] = [];
  #writing: Promise<void> | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  write(records: readonly LedgerRecord[]): void {
    this.#waiting.push(...records);
    this.#writing ??= this.#writeAll();
    // Told by `written`; until then a failure is nobody's.
    this.#writing.catch(() => {});
  }

  /** Resolves once everything is in the ledger. @throws `SG_LEDGER_FAILED` when some of it could not get there. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#ledger.append(batch);
    }
    this.#writing = null;
  }
}

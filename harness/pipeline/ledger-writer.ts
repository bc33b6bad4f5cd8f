import type { Ledger, LedgerRecord } from '../ledger/index.ts';

/** Gathers records while a batch is on its way, so that many small steps make few commits, in order. */
export class LedgerWriter {
  readonly #ledger: Ledger;
  #waiting: LedgerRecord[] = [];
  #writing: Promise<void> | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Resolves once these records, and all before them, are in the ledger. */
  async write(records: readonly LedgerRecord[]): Promise<void> {
    if (records.length === 0) return;
    this.#waiting.push(...records);
    // What is being written does not hold these records; the batch after it does.
    if (this.#writing !== null) await this.#writing.catch(() => {});
    if (this.#waiting.length === 0) {
      await this.#writing;
      return;
    }
    this.#writing ??= this.#flush();
    await this.#writing;
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      await this.#ledger.append(batch);
    } finally {
      this.#writing = null;
    }
  }
}

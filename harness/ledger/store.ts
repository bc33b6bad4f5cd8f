/** Where batches of entries are kept, in order. Batches are never changed; `append` is compare-and-swap. */
export interface BatchStore {
  /** For people: where the batches are. */
  readonly location: string;
  /** Names the state of the store; null while it is empty. */
  head(): Promise<string | null>;
  /** The newest batch at `head`. */
  newest(head: string): Promise<string>;
  /** Every batch up to `head`, oldest first. */
  batches(head: string): Promise<readonly string[]>;
  /** Adds a batch behind `head`; false, with nothing changed, when somebody else was faster. */
  append(head: string | null, batch: string, summary: string): Promise<boolean>;
}

/** Where batches of entries are kept, in order. Batches are never changed; `append` is compare-and-swap. */
export interface BatchStore {
  /** For people: where the batches are. */
  readonly location: string;
  /** Folder for what can be made anew at any time; null where there is none. */
  readonly cacheFolder: string | null;
  /** Names the state of the store as it is now; null while it is empty. */
  head(): Promise<string | null>;
  /** Every batch behind `after` (null: from the first) up to `head`, oldest first; null when `head` does not follow `after`. */
  batches(after: string | null, head: string): Promise<readonly string[] | null>;
  /** Adds a batch and its objects behind `head`; the new head, or null, with nothing changed, when somebody else was faster. */
  append(head: string | null, batch: Batch): Promise<string | null>;
  /** Puts together what many appends left in small pieces, and removes what killed ones left. Changes nothing that can be read. */
  tidy(): Promise<void>;
  /** Content of an object that some batch brought; null when there is none. */
  object(id: string): Promise<string | null>;
}

export interface Batch {
  readonly entries: string;
  /** SHA-256 of the content → content. */
  readonly objects: ReadonlyMap<string, string>;
  /** One line for people. */
  readonly summary: string;
}

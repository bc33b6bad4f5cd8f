import type { BrokerEvent } from './events.ts';

/** Where a broker remembers. What it is kept in is not the broker's business. */
export interface BrokerJournal {
  /** Events that were not read before, oldest first, those of others included. */
  read(): Promise<readonly BrokerEvent[]>;
  /** Keeps events, all or none, with the texts they name; `read` gives them back. */
  append(events: readonly BrokerEvent[], contents?: readonly string[]): Promise<void>;
  /** A pact's text; null when it is not there. */
  content(id: string): Promise<string | null>;
  /** The name by which a text will be found. */
  contentId(content: string): string;
  /** What tells the content of a pact, given as its text, from others. */
  shaOf(content: string): string;
}

import type { NamedValues } from './match-values.ts';

/** A request as it came in. */
export interface ReceivedRequest {
  /** Upper case. */
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** By name in lower case; repeated ones joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same headers with every value apart. */
  readonly headerValues: NamedValues;
  /** As text in UTF-8. */
  readonly body: string;
  readonly bytes: Buffer;
}

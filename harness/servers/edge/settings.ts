import type { Credentials } from '../http/index.ts';

/** What the edge's thread is started with; plain data, as it crosses from one thread to another. */
export interface EdgeSettings {
  readonly marathonUrl: string;
  readonly credentials?: Credentials;
  readonly adminCredentials: Credentials | null;
  readonly versionLabel?: string;
  readonly callsLabel?: string;
  readonly bind: readonly string[];
  readonly patienceMs: number;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
}

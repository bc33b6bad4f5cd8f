import type { Socket } from 'node:net';
import type { Clock } from '../../../plumbing/clock.ts';
import type { Backends } from '../backends.ts';
import type { Fault } from '../faults.ts';
import type { RequestFound } from '../records.ts';
import type { ErrorAnswer, Outbox } from './outbox.ts';
import type { Pool } from './pool.ts';

/** The app that an exchange is with: who can answer, for how long it may take, and where it is recorded. */
export interface ExchangeApp {
  readonly appId: string;
  readonly clock: Clock;
  readonly patienceMs: number;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly fault: Fault | null;
  readonly backends: Backends;
  readonly pool: Pool;
  nextRequestId(): string;
  /** The app of the client, when it does not declare to call this one. */
  undeclaredCaller(address: string): string | null;
  record(found: RequestFound): void;
  writeError(outbox: Outbox, error: ErrorAnswer): void;
  onDefect(error: unknown): void;
}

/** The connection that an exchange answers on. */
export interface ExchangeClient {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly address: string;
  /** True when the whole request has been read. */
  readonly hasWholeRequest: boolean;
  /** False when the answer must be the last on this connection. */
  readonly mayGoOn: boolean;
  readBody(): void;
  pause(): void;
  resume(): void;
  finish(keepAlive: boolean): void;
  giveAway(): Buffer;
  reset(): void;
  destroy(): void;
}

import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../../plumbing/clock.ts';
import { encodeRecord } from '../../../plumbing/recordio.ts';

export interface EventStreamOptions {
  readonly clock: Clock;
  /** What may wait for the reader, in bytes. */
  readonly maxBacklogBytes: number;
  /** How long the reader may leave bytes waiting. */
  readonly stallMs: number;
}

/**
 * An endless answer of RecordIO records. Each record is one write and thus one transfer chunk, because some clients
 * take one for the other. A reader that falls behind too far, or stands still too long, is cut off.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #options: EventStreamOptions;
  #stall: Timer | null = null;
  #ended = false;

  constructor(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    options: EventStreamOptions,
  ) {
    this.#response = response;
    this.#options = options;
    response.socket?.setKeepAlive(true, options.stallMs);
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
    response.flushHeaders();
    response.on('drain', () => this.#stall?.cancel());
    response.on('close', () => {
      this.#ended = true;
      this.#stall?.cancel();
    });
  }

  send(event: unknown): void {
    if (this.#ended) return;
    const drained = this.#response.write(encodeRecord(JSON.stringify(event)));
    if (drained) return;
    if (this.#response.writableLength > this.#options.maxBacklogBytes) {
      this.#cut();
      return;
    }
    this.#stall?.cancel();
    this.#stall = this.#options.clock.after(this.#options.stallMs, () => this.#cut());
  }

  /** Ends the answer after what was sent. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stall?.cancel();
    this.#response.end();
  }

  #cut(): void {
    this.#ended = true;
    this.#response.destroy();
  }
}

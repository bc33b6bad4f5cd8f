import type { ServerResponse } from 'node:http';
import { dataHeaders } from './reply.ts';

/** A browser that reads more slowly than this, in bytes that wait, is cut off; it connects again by itself. */
const mostWaitingBytes = 8 * 2 ** 20;
const heartbeatMs = 10_000;

/** One stream of server-sent events. Aborts `signal` when the browser has gone. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #gone = new AbortController();

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { ...dataHeaders, 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    const heartbeat = setInterval(() => response.write('event: alive\ndata: {}\n\n'), heartbeatMs);
    response.once('close', () => {
      clearInterval(heartbeat);
      this.#gone.abort();
    });
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  send(name: string, data: unknown, id?: number): void {
    if (this.#response.destroyed) return;
    if (this.#response.writableLength > mostWaitingBytes) {
      this.#response.destroy();
      return;
    }
    const head = id === undefined ? '' : `id: ${id}\n`;
    this.#response.write(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.#response.end();
  }
}

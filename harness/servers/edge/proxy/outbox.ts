import type { Socket } from 'node:net';
import type { Failure } from '../records.ts';
import type { Framing } from './framing.ts';
import { type Field, formatFields } from './head.ts';

/** An answer of the edge's own, in place of an app's. */
export interface ErrorAnswer {
  readonly status: number;
  readonly failure: Failure;
  readonly message: string;
  readonly isHead: boolean;
  readonly keepAlive: boolean;
}

/** Parts up to this many bytes are gathered; longer ones are written as they are, without copying. */
const shortPart = 8 * 1024;

/** Gathers what goes to one socket, so that a head and a short body leave in one write. */
export class Outbox {
  readonly #socket: Socket;
  /** One character per byte. */
  #gathered = '';

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @param latin1 one character per byte */
  text(latin1: string): void {
    this.#gathered += latin1;
  }

  bytes(part: Buffer): void {
    if (part.length <= shortPart) {
      this.#gathered += part.toString('latin1');
      return;
    }
    this.flush();
    this.#socket.write(part);
  }

  body(part: Buffer, framing: Framing): void {
    if (framing.kind !== 'chunked') {
      this.bytes(part);
      return;
    }
    this.text(`${part.length.toString(16)}\r\n`);
    this.bytes(part);
    this.text('\r\n');
  }

  endOfBody(framing: Framing, trailers: readonly Field[]): void {
    if (framing.kind === 'chunked') this.text(`0\r\n${formatFields(trailers)}\r\n`);
  }

  /** Writes what was gathered. False when the socket has more than it can send: wait for its `drain`. */
  flush(): boolean {
    if (this.#gathered !== '') {
      const text = this.#gathered;
      this.#gathered = '';
      this.#socket.write(text, 'latin1');
    }
    return !this.#socket.writableNeedDrain;
  }
}

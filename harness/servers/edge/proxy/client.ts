import type { Socket } from 'node:net';
import { BodyReader } from './body-reader.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeApp } from './exchange-ends.ts';
import { longestHead } from './head.ts';
import { Outbox } from './outbox.ts';
import { type BadRequest, parseRequestHead } from './request-head.ts';

/** How long a client may take to send a head, to start the next request, and to close in turn, in milliseconds. */
const headMs = 30_000;
const idleMs = 60_000;
const lingerMs = 5_000;
/** Bytes of later requests kept while one is being answered, before the client has to wait. */
const mostAhead = 64 * 1024;

const nothing: Buffer = Buffer.alloc(0);

/** The app whose address a client connected to. */
export interface ClientApp extends ExchangeApp {
  readonly clients: Set<Client>;
  readonly isClosing: boolean;
  /** Answers what is no request, and records it; the connection is to be closed. */
  answerBad(client: Client, refusal: { readonly status: number; readonly why: string }): void;
}

/** One client's connection: its requests, one after the other. */
export class Client {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly address: string;
  readonly #app: ClientApp;
  #state: 'reading' | 'lingering' | 'given-away' | 'closed' = 'reading';
  #exchange: Exchange | null = null;
  #body: BodyReader | null = null;
  /** Set once the backend takes the body. */
  #isBodyWanted = false;
  #ahead = nothing;
  #isAdvancing = false;
  /** The client sends nothing more; it may still read. */
  #hasEnded = false;
  /** When it is cut for being idle, in milliseconds of the monotonic clock. */
  #deadline: number;

  constructor(app: ClientApp, socket: Socket) {
    this.#app = app;
    this.socket = socket;
    this.outbox = new Outbox(socket);
    this.address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown';
    this.#deadline = app.clock.monotonic() + idleMs;
    socket.on('data', (bytes) => this.#guarded(() => this.#take(bytes)));
    socket.on('drain', () => this.#exchange?.onClientDrain());
    socket.once('end', () => this.#guarded(() => this.#ended()));
    socket.on('error', () => this.destroy());
    socket.once('close', () => this.destroy());
  }

  /** True when the whole request has been read. */
  get hasWholeRequest(): boolean {
    return this.#body?.done ?? true;
  }

  /** False when the answer must be the last on this connection. */
  get mayGoOn(): boolean {
    return !this.#hasEnded && this.#state === 'reading' && !this.#app.isClosing;
  }

  /** Hands the request's body on from now; what has come already at once. */
  readBody(): void {
    this.#isBodyWanted = true;
    this.resume();
    this.#advance();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    if (this.#state === 'reading') this.socket.resume();
  }

  /** The exchange is over and its answer complete. */
  finish(keepAlive: boolean): void {
    const isWhole = this.hasWholeRequest;
    this.#exchange = null;
    this.#body = null;
    this.outbox.flush();
    if (!keepAlive || !isWhole || !this.mayGoOn) {
      this.#linger();
      return;
    }
    this.#deadline = this.#app.clock.monotonic() + idleMs;
    if (this.socket.isPaused()) this.socket.resume();
    this.#advance();
  }

  /** Gives the socket to whoever tunnels through it; returns what the client has sent ahead. */
  giveAway(): Buffer {
    this.#state = 'given-away';
    this.#exchange = null;
    for (const event of ['data', 'drain', 'end']) this.socket.removeAllListeners(event);
    this.socket.pause();
    return this.#ahead;
  }

  destroy(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#app.clients.delete(this);
    this.socket.destroy();
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.onClientLeft();
  }

  /** Cuts the connection so that the client cannot take a cut answer for a whole one. */
  reset(): void {
    // libuv refuses to reset a socket that is shutting down, and Node then never closes it.
    if (!this.socket.writableEnded) this.socket.resetAndDestroy();
    this.destroy();
  }

  sweep(nowMs: number): void {
    this.#exchange?.sweep(nowMs);
    if (this.#exchange !== null || nowMs < this.#deadline || this.#state === 'given-away') return;
    if (this.#state === 'reading' && this.#ahead.length > 0) {
      this.#app.answerBad(this, { status: 408, why: `its head did not come within ${headMs} ms` });
      this.#linger();
    } else this.destroy();
  }

  #take(bytes: Buffer): void {
    if (this.#state !== 'reading') return;
    this.#ahead = this.#ahead.length === 0 ? bytes : Buffer.concat([this.#ahead, bytes]);
    this.#advance();
    const isWaiting = this.#exchange !== null && (this.hasWholeRequest || !this.#isBodyWanted);
    if (isWaiting && this.#ahead.length > mostAhead) this.socket.pause();
  }

  /** Reads as much of what has come as can be used now. */
  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (this.#state === 'reading' && this.#ahead.length > 0) {
      const isHead = this.#exchange === null;
      if (isHead ? !this.#startRequest() : !this.#continueBody()) break;
    }
    this.#isAdvancing = false;
    if (this.#hasEnded) this.#takeLeave();
  }

  /** False when the head is not complete. */
  #startRequest(): boolean {
    const from = skipEmptyLines(this.#ahead);
    const end = this.#ahead.indexOf('\r\n\r\n', from, 'latin1');
    if ((end < 0 ? this.#ahead.length : end) - from > longestHead) {
      this.#refuse({ status: 431, why: `its head is longer than ${longestHead} bytes` });
      return true;
    }
    if (end < 0) {
      if (hasBareLineFeed(this.#ahead, from)) {
        this.#refuse({ status: 400, why: 'its lines do not end with CRLF' });
        return true;
      }
      this.#deadline = Math.min(this.#deadline, this.#app.clock.monotonic() + headMs);
      return false;
    }
    const head = parseRequestHead(this.#ahead.toString('latin1', from, end + 2));
    this.#ahead = end + 4 === this.#ahead.length ? nothing : this.#ahead.subarray(end + 4);
    if ('why' in head) {
      this.#refuse(head);
      return true;
    }
    this.#body = head.framing.kind === 'none' ? null : new BodyReader(head.framing);
    this.#isBodyWanted = false;
    const exchange = new Exchange(this.#app, this, head);
    this.#exchange = exchange;
    exchange.start();
    return true;
  }

  /** False when there is nothing to do with what has come. */
  #continueBody(): boolean {
    const body = this.#body;
    const exchange = this.#exchange;
    if (body === null || exchange === null || body.done || !this.#isBodyWanted) return false;
    const bytes = this.#ahead;
    const taken = body.read(bytes, 0, exchange.onRequestBody);
    if (taken < 0) {
      exchange.onBadBody();
      return true;
    }
    this.#ahead = taken === bytes.length ? nothing : bytes.subarray(taken);
    if (body.done) exchange.onRequestEnd(body.trailers);
    else exchange.onRequestPause();
    return !body.done || this.#exchange === null;
  }

  #refuse(refusal: BadRequest | { readonly status: 408 | 431; readonly why: string }): void {
    this.#app.answerBad(this, refusal);
    this.#linger();
  }

  #ended(): void {
    this.#hasEnded = true;
    if (this.#state === 'lingering') this.socket.destroySoon();
    else this.#takeLeave();
  }

  /** The client has sent all it will. A whole request is still answered, as by HAProxy; the rest of another never comes. */
  #takeLeave(): void {
    if (this.#exchange === null) this.#linger();
    else if (this.#isBodyWanted && !this.hasWholeRequest) this.destroy();
  }

  /** Sends what is written and closes; reads on for a while, or the system would reset what the client has not read. */
  #linger(): void {
    if (this.#state !== 'reading') return;
    this.#state = 'lingering';
    this.#exchange = null;
    this.#ahead = nothing;
    this.outbox.flush();
    this.socket.end();
    this.socket.resume();
    const isSent = this.socket.writableLength === 0;
    this.#deadline = this.#app.clock.monotonic() + (isSent ? lingerMs : idleMs);
    if (this.#hasEnded) this.socket.destroySoon();
  }

  /** A defect of ours costs one connection. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#app.onDefect(error);
      this.destroy();
    }
  }
}

/** A client may send empty lines before a request (RFC 9112 §2.2). */
function skipEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at += 2;
  return at;
}

function hasBareLineFeed(bytes: Buffer, from: number): boolean {
  const feed = bytes.indexOf(0x0a, from);
  return feed >= 0 && (feed === from || bytes[feed - 1] !== 0x0d);
}

import { connect, type Socket } from 'node:net';
import type { Backend } from '../backends.ts';
import { BodyReader } from './body-reader.ts';
import { type Field, longestHead } from './head.ts';
import { Outbox } from './outbox.ts';
import { parseResponseHead, type ResponseHead } from './response-head.ts';

/** How a connection to a backend failed. */
export type Broken =
  /** Nobody listens there. */
  | 'refused'
  /** It broke before a whole head of an answer had come. */
  | 'reset'
  /** It broke in the middle of the answer's body. */
  | 'cut'
  /** What came is no HTTP. */
  | 'malformed';

/** Who asked. Called in the order of the answer; after `onEnd`, `onSwitched` or `onBroken` no more. */
export interface AnswerHandler {
  onConnected(): void;
  onInterim(head: ResponseHead): void;
  onHead(head: ResponseHead): void;
  onBody(part: Buffer): void;
  /** Everything that has come so far was handed on. */
  onPause(): void;
  onEnd(trailers: readonly Field[]): void;
  /** The backend switched protocols; `first` came behind its head. The socket is the handler's from now on. */
  onSwitched(head: ResponseHead, socket: Socket, first: Buffer): void;
  onBroken(how: Broken): void;
  /** What was written has been sent, after `flush` had said false. */
  onDrain(): void;
  /** A defect of ours, thrown while it was handed something. */
  onDefect(error: unknown): void;
}

const nothing: Buffer = Buffer.alloc(0);
const headEnd = '\r\n\r\n';

/** One connection to a backend. It answers one request at a time, and between two it waits in a {@link Pool}. */
export class Upstream {
  readonly backend: Backend;
  readonly outbox: Outbox;
  readonly #socket: Socket;
  readonly #onBody = (part: Buffer): void => this.#handler?.onBody(part);
  #handler: AnswerHandler | null = null;
  #method = '';
  #isConnected = false;
  #begun = nothing;
  #head: ResponseHead | null = null;
  #body: BodyReader | null = null;
  #isSpent = false;
  /** Called when it broke, or spoke, while nobody asked. */
  onUseless: (() => void) | null = null;
  /** Until when it may be used again, in milliseconds of the monotonic clock. */
  usableUntil = 0;

  constructor(backend: Backend) {
    this.backend = backend;
    const { host, port } = backend;
    this.#socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    this.outbox = new Outbox(this.#socket);
    this.#socket.once('connect', () => {
      this.#isConnected = true;
      this.#handler?.onConnected();
    });
    this.#socket.on('data', (bytes) => this.#guarded(bytes));
    this.#socket.on('drain', () => this.#handler?.onDrain());
    this.#socket.once('end', () => this.#ended());
    this.#socket.on('error', () => this.#failed());
    this.#socket.once('close', () => this.#failed());
  }

  /** What comes from now on answers this request. */
  ask(method: string, handler: AnswerHandler): void {
    this.#method = method;
    this.#handler = handler;
    this.#head = null;
    this.#body = null;
    if (this.#isConnected) handler.onConnected();
  }

  /** After `onEnd`: true when the connection can take another request. */
  get isReusable(): boolean {
    return !this.#isSpent && this.#head?.keepAlive === true && !this.#socket.destroyed;
  }

  /** How long the backend said that it keeps an idle connection, in milliseconds. */
  get keepAliveMs(): number | null {
    return this.#head?.keepAliveMs ?? null;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Forgets who asked and cuts the connection. */
  destroy(): void {
    this.#handler = null;
    this.onUseless = null;
    this.#socket.destroy();
  }

  #guarded(bytes: Buffer): void {
    const handler = this.#handler;
    try {
      this.#take(bytes);
    } catch (error) {
      this.destroy();
      handler?.onDefect(error);
    }
  }

  #take(bytes: Buffer): void {
    if (this.#handler === null) {
      this.#uselessNow();
      return;
    }
    let all = bytes;
    let at = 0;
    if (this.#body === null) {
      if (this.#begun.length > 0) all = Buffer.concat([this.#begun, bytes]);
      at = this.#readHead(all);
      if (at < 0) return;
    }
    const body: BodyReader | null = this.#body;
    if (body === null) return;
    const taken = body.read(all, at, this.#onBody);
    if (taken < 0) {
      this.#broken('malformed');
      return;
    }
    if (!body.done) {
      this.#handler?.onPause();
      return;
    }
    if (at + taken < all.length) this.#isSpent = true;
    this.#end(body.trailers);
  }

  /** Returns where the body begins; -1 when the head is not complete, or nothing of HTTP follows. */
  #readHead(bytes: Buffer): number {
    let at = 0;
    for (;;) {
      const end = bytes.indexOf(headEnd, at, 'latin1');
      if ((end < 0 ? bytes.length : end) - at > longestHead) {
        this.#broken('malformed');
        return -1;
      }
      if (end < 0) {
        this.#begun = bytes.subarray(at);
        this.#handler?.onPause();
        return -1;
      }
      const head = parseResponseHead(bytes.toString('latin1', at, end + 2), this.#method);
      at = end + headEnd.length;
      this.#begun = nothing;
      if (head === null) {
        this.#broken('malformed');
        return -1;
      }
      if (head.status === 101) {
        this.#switch(head, bytes.subarray(at));
        return -1;
      }
      if (head.status >= 200) {
        this.#head = head;
        this.#body = new BodyReader(head.framing);
        this.#handler?.onHead(head);
        return at;
      }
      this.#handler?.onInterim(head);
    }
  }

  #switch(head: ResponseHead, first: Buffer): void {
    const handler = this.#handler;
    this.#handler = null;
    for (const event of ['data', 'drain', 'end', 'close']) this.#socket.removeAllListeners(event);
    this.#socket.pause();
    handler?.onSwitched(head, this.#socket, first);
  }

  #end(trailers: readonly Field[]): void {
    const handler = this.#handler;
    this.#handler = null;
    handler?.onEnd(trailers);
  }

  #ended(): void {
    if (this.#handler === null) {
      this.#uselessNow();
      return;
    }
    this.#isSpent = true;
    if (this.#head?.framing.kind === 'until-close') {
      this.#end([]);
      this.#socket.destroy();
    } else this.#failed();
  }

  #failed(): void {
    if (this.#handler === null) {
      this.#uselessNow();
      return;
    }
    if (!this.#isConnected) {
      this.#broken('refused');
      return;
    }
    this.#broken(this.#head === null ? 'reset' : 'cut');
  }

  #broken(how: Broken): void {
    const handler = this.#handler;
    this.#handler = null;
    this.#isSpent = true;
    this.#socket.destroy();
    handler?.onBroken(how);
  }

  #uselessNow(): void {
    this.#isSpent = true;
    this.#socket.destroy();
    this.onUseless?.();
    this.onUseless = null;
  }
}

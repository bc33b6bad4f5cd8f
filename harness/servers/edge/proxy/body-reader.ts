import type { Framing } from './framing.ts';
import { type Field, longestHead, parseTrailers } from './head.ts';

/** Longest line with the size of a chunk, extensions included, in bytes. */
const longestSizeLine = 1_024;
const sizeLine = /^(?<size>[0-9a-f]{1,13})[ \t]*(?:;[^\r\n]*)?$/i;

/** Finds the end of a body in the bytes of a connection, and takes the chunks out of their framing. */
export class BodyReader {
  /** Bytes of a length, or of the current chunk, that have not come yet. */
  #left: number;
  #state: 'size' | 'data' | 'data-end' | 'trailers' | 'done';
  /** The begun line, or the trailers so far. */
  #text = '';
  readonly #isChunked: boolean;
  /** Fields behind the last chunk, once it is done. */
  trailers: readonly Field[] = [];

  constructor(framing: Framing) {
    this.#isChunked = framing.kind === 'chunked';
    this.#left = framing.kind === 'length' ? framing.bytes : framing.kind === 'until-close' ? Infinity : 0;
    this.#state = framing.kind === 'none' ? 'done' : this.#isChunked ? 'size' : 'data';
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  /** Hands what belongs to the body to `onData`. Returns how many bytes it took, or -1 when they are malformed. */
  read(bytes: Buffer, from: number, onData: (part: Buffer) => void): number {
    let at = from;
    while (at < bytes.length && this.#state !== 'done') {
      const next = this.#state === 'data' ? this.#data(bytes, at, onData) : this.#line(bytes, at);
      if (next < 0) return -1;
      at = next;
    }
    return at - from;
  }

  #data(bytes: Buffer, from: number, onData: (part: Buffer) => void): number {
    const to = Math.min(bytes.length, from + this.#left);
    onData(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    this.#left -= to - from;
    if (this.#left === 0) this.#state = this.#isChunked ? 'data-end' : 'done';
    return to;
  }

  /** Every line of the framing ends with CRLF; a line feed alone, which others may read differently, is malformed. */
  #line(bytes: Buffer, from: number): number {
    const feed = bytes.indexOf(0x0a, from);
    const to = feed < 0 ? bytes.length : feed + 1;
    this.#text += bytes.toString('latin1', from, to);
    if (this.#text.length > (this.#state === 'trailers' ? longestHead : longestSizeLine)) return -1;
    if (this.#state === 'data-end' && !'\r\n'.startsWith(this.#text)) return -1;
    if (feed < 0) return to;
    return this.#text.endsWith('\r\n') && this.#take() ? to : -1;
  }

  #take(): boolean {
    const text = this.#text;
    if (this.#state === 'trailers') {
      if (!text.endsWith('\r\n\r\n') && text !== '\r\n') return true;
      const trailers = parseTrailers(text.slice(0, -2));
      this.trailers = trailers ?? [];
      this.#state = 'done';
      return trailers !== null;
    }
    this.#text = '';
    if (this.#state === 'data-end') {
      this.#state = 'size';
      return text === '\r\n';
    }
    const size = sizeLine.exec(text.slice(0, -2))?.groups?.size;
    if (size === undefined) return false;
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'data';
    return true;
  }
}

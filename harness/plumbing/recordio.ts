/**
 * RecordIO as Mesos frames its streams: the decimal length in bytes, one line feed, then exactly that many bytes of
 * JSON. Nothing separates one record from the next.
 */

/** Longest record a decoder accepts unless told otherwise, in bytes. A full `/state` snapshot is the largest there is. */
const defaultLimitBytes = 64 * 1024 * 1024;
const lineFeed = 0x0a;
/** No length that fits a limit has more digits than this. */
const longestHeader = 16;

const utf8 = new TextDecoder();

/** Frames one JSON text. Hand the result to one write: some clients take one transfer chunk for one record. */
export function encodeRecord(text: string): Uint8Array {
  const length = Buffer.byteLength(text);
  const header = `${length}\n`;
  const record = Buffer.allocUnsafe(header.length + length);
  record.write(header, 0, 'latin1');
  record.write(text, header.length, 'utf8');
  return record;
}

/** The stream is not RecordIO, or a record is over the limit. Nothing after it can be trusted. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/** Cuts a byte stream, however it is chunked, into records. */
export class RecordDecoder {
  readonly #limitBytes: number;
  #header = '';
  /** Bytes of the current record still missing; null while the header is being read. */
  #missing: number | null = null;
  #parts: Uint8Array[] = [];

  constructor(limitBytes = defaultLimitBytes) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Returns the records that `chunk` completes, in order.
   *
   * @throws RecordError when a header is no number or announces more than the limit.
   */
  push(chunk: Uint8Array): string[] {
    const records: string[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#missing === null) {
        at = this.#readHeader(chunk, at);
      } else {
        const part = chunk.subarray(at, at + this.#missing);
        this.#parts.push(part);
        this.#missing -= part.length;
        at += part.length;
      }
      if (this.#missing === 0) records.push(this.#finish());
    }
    return records;
  }

  #readHeader(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === lineFeed) {
        this.#missing = this.#parseHeader();
        return at + 1;
      }
      this.#header += String.fromCharCode(byte ?? 0);
      if (this.#header.length > longestHeader)
        throw new RecordError(`record length too long: ${this.#header}…`);
    }
    return chunk.length;
  }

  #parseHeader(): number {
    const header = this.#header;
    this.#header = '';
    if (!/^\d+$/.test(header)) throw new RecordError(`record length is no number: ${JSON.stringify(header)}`);
    const length = Number(header);
    if (length > this.#limitBytes) {
      throw new RecordError(`record of ${length} bytes is over the limit of ${this.#limitBytes} bytes`);
    }
    return length;
  }

  #finish(): string {
    const [first, ...rest] = this.#parts;
    this.#parts = [];
    this.#missing = null;
    if (first === undefined) return '';
    return utf8.decode(rest.length === 0 ? first : Buffer.concat([first, ...rest]));
  }
}

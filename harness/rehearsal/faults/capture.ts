import type { OutgoingRequest } from '../traffic/client.ts';

/** Longer requests are not kept. */
const mostBytes = 64 * 1024;
const headEnd = '\r\n\r\n';
/** What the connection, not the caller, says. */
const hopByHop = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

/** Reads the requests of one connection as they pass; gives up on what is not plain HTTP/1.1 with a length. */
export class RequestCapture {
  readonly #onRequest: (request: OutgoingRequest) => void;
  #rest = '';
  #over = false;

  constructor(onRequest: (request: OutgoingRequest) => void) {
    this.#onRequest = onRequest;
  }

  feed(chunk: Buffer): void {
    if (this.#over) return;
    this.#rest += chunk.toString('latin1');
    while (!this.#over && this.#takeOne());
    if (this.#rest.length > mostBytes) this.#over = true;
  }

  #takeOne(): boolean {
    const end = this.#rest.indexOf(headEnd);
    if (end < 0) return false;
    const [first = '', ...lines] = this.#rest.slice(0, end).split('\r\n');
    const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
    const headers = new Map(lines.map(fieldOf));
    if (method === undefined || path === undefined || headers.has('transfer-encoding')) {
      this.#over = true;
      return false;
    }
    const bodyStart = end + headEnd.length;
    const length = Number(headers.get('content-length') ?? 0);
    if (this.#rest.length < bodyStart + length) return false;
    const body = Buffer.from(this.#rest.slice(bodyStart, bodyStart + length), 'latin1').toString('utf8');
    this.#rest = this.#rest.slice(bodyStart + length);
    const kept = [...headers].filter(([name]) => !hopByHop.has(name));
    this.#onRequest({
      method,
      path,
      headers: Object.fromEntries(kept),
      body: length === 0 ? null : body,
      holdBodyMs: 0,
    });
    return true;
  }
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

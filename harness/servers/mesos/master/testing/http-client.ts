import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { RecordDecoder } from '../../../../plumbing/recordio.ts';

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One exchange, with exactly the headers that are given. */
export async function exchange(url: URL, path: string, sent: Sent = {}): Promise<Received> {
  const response = await open(url, path, sent);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

export function open(url: URL, path: string, { method, headers, body }: Sent): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sending: ClientRequest = request(new URL(path, url), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...headers },
    agent: false,
  });
  sending.on('response', resolve).on('error', reject);
  sending.end(body);
  return promise;
}

export const jsonHeaders = { 'Content-Type': 'application/json' };

export function post(
  url: URL,
  path: string,
  call: unknown,
  headers: Record<string, string> = {},
): Promise<Received> {
  return exchange(url, path, { body: JSON.stringify(call), headers: { ...jsonHeaders, ...headers } });
}

interface StreamEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A subscription over HTTP: events as they come, and the chunks they came in. */
export class Stream implements AsyncDisposable {
  readonly events: StreamEvent[] = [];
  readonly chunks: string[] = [];
  readonly response: IncomingMessage;
  ended = false;
  #waiting: (() => void)[] = [];

  private constructor(response: IncomingMessage) {
    this.response = response;
    const decoder = new RecordDecoder();
    response.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk.toString('utf8'));
      for (const record of decoder.push(chunk)) this.events.push(JSON.parse(record) as StreamEvent);
      this.#wake();
    });
    const end = (): void => {
      this.ended = true;
      this.#wake();
    };
    response.on('close', end).on('error', end);
  }

  static async open(
    url: URL,
    path: string,
    call: unknown,
    headers: Record<string, string> = {},
  ): Promise<Stream> {
    return new Stream(
      await open(url, path, { body: JSON.stringify(call), headers: { ...jsonHeaders, ...headers } }),
    );
  }

  get streamId(): string {
    return String(this.response.headers['mesos-stream-id']);
  }

  /** The first event that fits, waiting for it; throws when the stream ends before. */
  async event(fits: (event: StreamEvent) => boolean): Promise<StreamEvent> {
    for (;;) {
      const found = this.events.find(fits);
      if (found !== undefined) return found;
      if (this.ended)
        throw new Error(`the stream ended after ${this.events.map(({ type }) => type).join(', ')}`);
      await this.#change();
    }
  }

  ofType(type: string): Promise<StreamEvent> {
    return this.event((event) => event.type === type);
  }

  async end(): Promise<void> {
    while (!this.ended) await this.#change();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.response.destroy();
    await this.end();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

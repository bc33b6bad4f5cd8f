import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../../../plumbing/clock.ts';
import { listen } from '../../http/index.ts';
import { AppProxy, type ProxySettings } from '../proxy/app-proxy.ts';
import { RequestLog, type RequestRecord } from '../records.ts';

/** What a backend does with the head of a request, and whatever of its body came along. */
export type Answering = (request: string, socket: Socket) => void;

/** One app's proxy in this thread, in front of backends that write raw bytes. */
export class ProxyRig implements AsyncDisposable {
  readonly log = new RequestLog();
  readonly defects: unknown[] = [];
  readonly proxy: AppProxy;
  readonly #backends: Server[] = [];
  readonly #sockets = new Set<Socket>();
  port = 0;
  /** Everything the backends were sent, one text per connection. */
  readonly seen: string[] = [];

  constructor(settings: Partial<ProxySettings> = {}) {
    this.proxy = new AppProxy('/shop/orders', {
      clock: systemClock,
      patienceMs: 100,
      connectTimeoutMs: 5_000,
      answerTimeoutMs: 60_000,
      log: this.log,
      onDefect: (error) => this.defects.push(error),
      ...settings,
    });
  }

  static async open(answering: Answering, settings: Partial<ProxySettings> = {}): Promise<ProxyRig> {
    const rig = new ProxyRig(settings);
    const ports = await rig.proxy.listen(['127.0.0.1']);
    rig.port = ports[0] ?? 0;
    await rig.serve([answering]);
    return rig;
  }

  /** Replaces the backends. */
  async serve(answerings: readonly Answering[]): Promise<void> {
    const ports = await Promise.all(answerings.map((answering) => this.#listen(answering)));
    this.proxy.backends.replace(
      ports.map((port, index) => ({
        taskId: `shop_orders.instance-${index}._app.1`,
        instanceId: `shop_orders.instance-${index}`,
        host: '127.0.0.1',
        port,
        version: `2026-01-0${index + 1}T00:00:00.000Z`,
        label: `1.${index}.0`,
      })),
    );
  }

  get records(): readonly RequestRecord[] {
    return this.log.read(0, null, 1_000_000).requests;
  }

  async #listen(answering: Answering): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      const index = this.seen.push('') - 1;
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
      socket.once('end', () => socket.end());
      socket.on('data', (bytes) => {
        const text = bytes.toString('latin1');
        this.seen[index] += text;
        answering(text, socket);
      });
    });
    this.#backends.push(server);
    return listen(server, '127.0.0.1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#backends.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    );
  }
}

/** Answers every request with these bytes and keeps the connection. */
export const answers =
  (text: string): Answering =>
  (_request, socket) =>
    void socket.write(text, 'latin1');

export const ok = answers('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

export interface Said {
  /** Everything that came until the connection closed. */
  readonly text: string;
  /** How it closed: `end` in order, or the code of its error. */
  readonly how: string;
}

/** Sends the bytes and, unless told otherwise, ends its direction; resolves when the connection has closed. */
export function say(port: number, text: string, { end = true } = {}): Promise<Said> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let got = '';
    let how = 'end';
    socket.on('data', (bytes) => {
      got += bytes.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      how = error.code ?? error.message;
    });
    socket.once('end', () => socket.end());
    socket.once('close', () => resolve({ text: got, how }));
    if (end) socket.end(text, 'latin1');
    else socket.write(text, 'latin1');
  });
}

export const get = (path = '/', headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: shop\r\n${headers}\r\n`;

export function statusOf({ text }: Said): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);
}

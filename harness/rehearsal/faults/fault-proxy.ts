import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { FaultKind } from '../../model/recording.ts';
import type { OutgoingRequest } from '../traffic/client.ts';
import { RequestCapture } from './capture.ts';

/** One dependency of one service, with a tap on it: what passes is counted, and it can be made to misbehave. */
export interface FaultProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Null heals it: connections that hung are cut, new ones pass. */
  fault(kind: FaultKind | null): Promise<void>;
  /** Connections that are open now. */
  readonly connections: number;
  /** Resolves once a caller has given up a connection that hangs; never, while none does. */
  givenUp(): Promise<void>;
  /** What came since the last call of this. */
  takeCounts(): CallCounts;
}

export interface CallCounts {
  /** Requests where the connection speaks HTTP, else connections. */
  readonly calls: number;
  readonly withRequestId: number;
}

export interface FaultProxyOptions {
  /** Where to listen, as the service's tasks reach it. */
  readonly host: string;
  readonly target: { readonly host: string; readonly port: number };
  /** Request ids of the rehearsal begin with it. */
  readonly requestIdPrefix: string;
  /** Told of every request that passes while the dependency is well. */
  readonly onRequest?: (request: OutgoingRequest) => void;
}

/** How long `slow` holds back each piece of an answer. */
export const slowMs = 400;
const requestHead = /(?:^|\r\n)(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^\r\n]* HTTP\/1\.[01]\r\n/g;

/** Listens for one service's calls to one dependency and passes them on, byte for byte, until a fault is set. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new RunningFaultProxy(options);
  await proxy.listen();
  return proxy;
}

class RunningFaultProxy implements FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #open = new Set<Socket>();
  readonly #withId: RegExp;
  #server: Server;
  #port = 0;
  #fault: FaultKind | null = null;
  #calls = 0;
  #withRequestId = 0;
  #clients = 0;
  #givenUp = Promise.withResolvers<void>();

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#withId = new RegExp(`\\r\\nx-request-id: ?${RegExp.escape(options.requestIdPrefix)}`, 'gi');
    this.#server = this.#newServer();
  }

  get host(): string {
    return this.#options.host;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#clients;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, this.#options.host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async fault(kind: FaultKind | null): Promise<void> {
    const before = this.#fault;
    this.#fault = kind;
    this.#givenUp = Promise.withResolvers();
    // What was open belongs to the time before: a crashed dependency resets it, one that hangs keeps it.
    if (kind !== 'hang' && kind !== 'slow' && kind !== before) this.#cut();
    if (kind === 'refuse') {
      const closed = once(this.#server, 'close');
      this.#server.close();
      await closed;
    } else if (before === 'refuse') {
      this.#server = this.#newServer();
      await this.listen();
    }
  }

  givenUp(): Promise<void> {
    return this.#givenUp.promise;
  }

  takeCounts(): CallCounts {
    const counts = { calls: this.#calls, withRequestId: this.#withRequestId };
    this.#calls = 0;
    this.#withRequestId = 0;
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cut();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #newServer(): Server {
    // Half-open connections are passed on as they are.
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    server.on('error', () => {});
    return server;
  }

  #accept(client: Socket): void {
    this.#track(client);
    this.#clients += 1;
    client.once('close', () => {
      if (this.#fault === 'hang') this.#givenUp.resolve();
      this.#clients -= 1;
    });
    switch (this.#fault) {
      case 'reset':
        this.#calls += 1;
        client.resetAndDestroy();
        return;
      case 'hang':
        this.#calls += 1;
        client.resume();
        return;
      case 'status-500':
        this.#answer500(client);
        return;
      default:
        this.#pass(client);
    }
  }

  #pass(client: Socket): void {
    const { target } = this.#options;
    const upstream = connect({ ...target, allowHalfOpen: true });
    this.#track(upstream);
    const capture = new RequestCapture((request) => this.#options.onRequest?.(request));
    let speaksHttp = false;
    let counted = false;
    client.on('data', (chunk) => {
      const requests = this.#count(chunk);
      speaksHttp ||= requests > 0;
      if (!speaksHttp && !counted) this.#calls += 1;
      counted = true;
      // A dependency that began to hang takes what it is sent and says nothing more.
      if (this.#fault === 'hang') return;
      upstream.write(chunk);
      if (speaksHttp && this.#fault === null) capture.feed(chunk);
    });
    upstream.on('data', (chunk) => {
      if (this.#fault === 'hang') return;
      if (this.#fault === 'slow') setTimeout(() => client.writable && client.write(chunk), slowMs);
      else client.write(chunk);
    });
    client.on('end', () => upstream.end());
    upstream.on('end', () => {
      if (this.#fault === 'slow') setTimeout(() => client.end(), slowMs);
      else if (this.#fault !== 'hang') client.end();
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', (broken) => {
      if (broken) client.resetAndDestroy();
    });
  }

  #answer500(client: Socket): void {
    client.on('data', (chunk) => {
      const requests = this.#count(chunk);
      if (requests === 0) return;
      const body = '{"error":{"code":"internal_error","message":"a fault of the rehearsal"}}';
      client.end(
        `HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
    });
  }

  #count(chunk: Buffer): number {
    const text = chunk.toString('latin1');
    const requests = text.match(requestHead)?.length ?? 0;
    this.#calls += requests;
    if (requests > 0) this.#withRequestId += text.match(this.#withId)?.length ?? 0;
    return requests;
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
  }

  #cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }
}

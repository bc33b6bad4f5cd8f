import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, every, type Timer } from '../../../plumbing/clock.ts';
import { listen } from '../../http/index.ts';
import { Backends } from '../backends.ts';
import type { Callers } from '../callers.ts';
import type { Fault } from '../faults.ts';
import { longestText, type RequestFound, type RequestLog } from '../records.ts';
import { Client } from './client.ts';
import type { ErrorAnswer, Outbox } from './outbox.ts';
import { Pool } from './pool.ts';

export interface ProxySettings {
  readonly clock: Clock;
  /** How long a request waits for a healthy task of an app that has tasks, in milliseconds. */
  readonly patienceMs: number;
  /** How long a task may take to accept a connection, and to begin its answer, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly log: RequestLog;
  /** Absent: every client may call every app. */
  readonly callers?: Callers;
  /** A defect of ours; it has cost one connection. */
  readonly onDefect: (error: unknown) => void;
}

/** How often deadlines are looked at, in milliseconds. */
const sweepMs = 250;
/** Pause before an address that a fault had closed is asked for again, in milliseconds. */
const relistenMs = 50;

/** One app's addresses, what listens there, and what its requests share. */
export class AppProxy {
  readonly appId: string;
  readonly clock: Clock;
  readonly patienceMs: number;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly onDefect: (error: unknown) => void;
  readonly pool = new Pool();
  readonly backends = new Backends((backend) => this.pool.drop(backend));
  readonly clients = new Set<Client>();
  readonly #log: RequestLog;
  readonly #callers: Callers | undefined;
  readonly #sweeping: Timer;
  #listeners: readonly { readonly server: Server; readonly host: string; readonly port: number }[] = [];
  fault: Fault | null = null;
  isClosing = false;

  constructor(appId: string, settings: ProxySettings) {
    this.appId = appId;
    this.clock = settings.clock;
    this.patienceMs = settings.patienceMs;
    this.connectTimeoutMs = settings.connectTimeoutMs;
    this.answerTimeoutMs = settings.answerTimeoutMs;
    this.onDefect = settings.onDefect;
    this.#log = settings.log;
    this.#callers = settings.callers;
    this.#sweeping = every(settings.clock, sweepMs, () => this.#sweep());
  }

  /** Listens on each host; resolves with the ports, in their order. @throws when an address cannot be had */
  async listen(hosts: readonly string[]): Promise<readonly number[]> {
    this.#listeners = await Promise.all(
      hosts.map(async (host) => {
        const server = this.#server();
        return { server, host, port: await listen(server, host) };
      }),
    );
    return this.#listeners.map(({ port }) => port);
  }

  /** Sets a fault, or clears it. Whoever hangs in the old one is cut. Resolves once the addresses behave so. */
  async setFault(fault: Fault | null): Promise<void> {
    const before = this.fault;
    this.fault = fault;
    if (before?.kind === 'hang' || fault?.kind === 'refuse') this.#cutClients();
    if (fault?.kind === 'refuse') await this.#stopListening();
    else if (before?.kind === 'refuse') await this.#listenAgain();
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.#sweeping.cancel();
    const closed = this.#stopListening();
    this.#cutClients();
    this.pool.close();
    await closed;
  }

  undeclaredCaller(address: string): string | null {
    return this.#callers?.undeclared(address, this.appId) ?? null;
  }

  nextRequestId(): string {
    return randomUUID();
  }

  record(found: RequestFound): void {
    const { backend, path, requestId, ...rest } = found;
    this.#log.write({
      ...rest,
      appId: this.appId,
      taskId: backend?.taskId ?? null,
      instanceId: backend?.instanceId ?? null,
      version: backend?.version ?? null,
      label: backend?.label ?? null,
      path: path.length > longestText ? path.slice(0, longestText) : path,
      requestId: requestId.length > longestText ? requestId.slice(0, longestText) : requestId,
    });
  }

  /** Answers what is no request, and records it; the connection is to be closed. */
  answerBad(client: Client, { status, why }: { readonly status: number; readonly why: string }): void {
    const message = `This is not a request that the edge passes on: ${why}`;
    this.writeError(client.outbox, {
      status,
      failure: 'bad-request',
      message,
      isHead: false,
      keepAlive: false,
    });
    this.record({
      atMs: this.clock.now(),
      durationMs: 0,
      backend: null,
      method: '',
      path: '',
      status,
      failure: 'bad-request',
      requestId: this.nextRequestId(),
      attempts: 0,
    });
  }

  writeError(outbox: Outbox, error: ErrorAnswer): void {
    const { status, failure, message, isHead, keepAlive } = error;
    const hasBody = status !== 204 && status !== 304;
    const body = Buffer.from(hasBody ? JSON.stringify({ error: failure, message }) : '');
    outbox.text(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/json\r\n` +
        `${hasBody ? `content-length: ${body.length}\r\n` : ''}${status === 503 ? 'retry-after: 1\r\n' : ''}` +
        (keepAlive ? '\r\n' : 'connection: close\r\n\r\n'),
    );
    if (!isHead) outbox.bytes(body);
  }

  #server(): Server {
    return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  #accept(socket: Socket): void {
    if (this.isClosing || this.fault?.kind === 'refuse') {
      socket.on('error', () => {});
      socket.resetAndDestroy();
      return;
    }
    this.clients.add(new Client(this, socket));
  }

  #sweep(): void {
    const nowMs = this.clock.monotonic();
    for (const client of this.clients) client.sweep(nowMs);
    this.pool.sweep(nowMs);
  }

  #cutClients(): void {
    for (const client of [...this.clients]) client.reset();
  }

  async #stopListening(): Promise<void> {
    const closing = this.#listeners.map(
      ({ server }) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    await Promise.all(closing);
  }

  /** On the ports that callers know. Another process may have had one for a moment as its end of a connection. */
  async #listenAgain(): Promise<void> {
    this.#listeners = await Promise.all(
      this.#listeners.map(async ({ host, port }) => {
        for (;;) {
          const server = this.#server();
          try {
            await listen(server, host, port);
            return { server, host, port };
          } catch (error) {
            if (this.isClosing) throw error;
            await new Promise<void>((resolve) => this.clock.after(relistenMs, resolve));
          }
        }
      }),
    );
  }
}

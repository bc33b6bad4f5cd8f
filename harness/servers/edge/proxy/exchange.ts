import type { Socket } from 'node:net';
import type { Timer } from '../../../plumbing/clock.ts';
import type { Backend } from '../backends.ts';
import type { Fault } from '../faults.ts';
import type { Failure } from '../records.ts';
import type { ExchangeApp, ExchangeClient } from './exchange-ends.ts';
import { formatInterim, formatRequest, formatResponse, formatSwitch, framingFor } from './format.ts';
import type { Framing } from './framing.ts';
import type { Field } from './head.ts';
import type { RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { tunnel } from './tunnel.ts';
import { type AnswerHandler, type Broken, Upstream } from './upstream.ts';

/** Methods that may be sent twice without harm when a connection broke before an answer came (RFC 9110 §9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const noBackends: ReadonlySet<Backend> = new Set();

/**
 * One request and its answer, streamed both ways.
 *
 * A request without a body and with a safe method takes an idle connection where there is one, and is sent again when its
 * connection broke before an answer. Every other request has a fresh connection, so that none can be stale, and is sent once.
 */
export class Exchange implements AnswerHandler {
  readonly #app: ExchangeApp;
  readonly #client: ExchangeClient;
  readonly #head: RequestHead;
  readonly #atMs: number;
  readonly #startedMs: number;
  readonly #requestId: string;
  readonly #isRepeatable: boolean;
  #tried: Set<Backend> | null = null;
  #attempts = 0;
  #lastFailure: Failure = 'no-backend';
  #lastBackend: Backend | null = null;
  #backend: Backend | null = null;
  #upstream: Upstream | null = null;
  #isReused = false;
  #isSent = false;
  #status: number | null = null;
  #answerFraming: Framing = { kind: 'none' };
  #keepAlive = false;
  #isDone = false;
  /** When the step in hand has taken too long, in milliseconds of the monotonic clock. */
  #deadline = Infinity;
  #timer: Timer | null = null;
  #stopWatching: (() => void) | null = null;

  constructor(app: ExchangeApp, client: ExchangeClient, head: RequestHead) {
    this.#app = app;
    this.#client = client;
    this.#head = head;
    this.#atMs = app.clock.now();
    this.#startedMs = app.clock.monotonic();
    this.#requestId = head.requestId ?? app.nextRequestId();
    this.#isRepeatable =
      head.framing.kind === 'none' && head.upgrade === null && safeMethods.has(head.method);
  }

  start(): void {
    const { fault, appId } = this.#app;
    const caller = this.#app.undeclaredCaller(this.#client.address);
    if (caller !== null)
      this.#answer(
        403,
        'undeclared',
        `${caller} calls ${appId}, which is not among the apps it declares to call`,
      );
    else if (fault === null) this.#dispatch();
    else this.#suffer(fault);
  }

  // What the client does.

  readonly onRequestBody = (part: Buffer): void => this.#upstream?.outbox.body(part, this.#head.framing);

  onRequestPause(): void {
    if (this.#upstream?.outbox.flush() === false) this.#client.pause();
  }

  onRequestEnd(trailers: readonly Field[]): void {
    this.#upstream?.outbox.endOfBody(this.#head.framing, trailers);
    this.#upstream?.outbox.flush();
  }

  onBadBody(): void {
    this.#answer(400, 'bad-request', 'the chunks of its body are malformed');
  }

  onClientDrain(): void {
    this.#upstream?.resume();
  }

  onClientLeft(): void {
    this.#finish('client-left');
  }

  // What the backend does.

  onConnected(): void {
    const { backend, outbox } = this.#upstream ?? {};
    if (backend === undefined || outbox === undefined) return;
    this.#isSent = true;
    this.#deadline = this.#app.clock.monotonic() + this.#app.answerTimeoutMs;
    const { host, port } = backend;
    outbox.text(
      formatRequest(this.#head, {
        client: this.#client.address,
        backend: `${host}:${port}`,
        requestId: this.#requestId,
      }),
    );
    outbox.flush();
    if (!this.#client.hasWholeRequest) this.#client.readBody();
  }

  onInterim(head: ResponseHead): void {
    if (!this.#head.isOld) this.#client.outbox.text(formatInterim(head));
  }

  onHead(head: ResponseHead): void {
    this.#deadline = Infinity;
    this.#status = head.status;
    this.#answerFraming = framingFor(head, this.#head);
    this.#keepAlive =
      this.#head.keepAlive &&
      this.#client.mayGoOn &&
      this.#client.hasWholeRequest &&
      this.#answerFraming.kind !== 'until-close';
    this.#client.outbox.text(formatResponse(head, this.#head, this.#keepAlive));
  }

  onBody(part: Buffer): void {
    this.#client.outbox.body(part, this.#answerFraming);
  }

  onPause(): void {
    if (!this.#client.outbox.flush()) this.#upstream?.pause();
  }

  onEnd(trailers: readonly Field[]): void {
    this.#client.outbox.endOfBody(this.#answerFraming, trailers);
    const upstream = this.#upstream;
    if (upstream !== null && this.#client.hasWholeRequest) {
      this.#upstream = null;
      this.#app.pool.give(upstream, this.#app.clock.monotonic());
    }
    this.#finish(null);
    this.#client.finish(this.#keepAlive);
  }

  onSwitched(head: ResponseHead, socket: Socket, first: Buffer): void {
    const { upgrade } = this.#head;
    if (upgrade === null) {
      socket.destroy();
      this.#answer(502, 'malformed', `${this.#backendName()} switched protocols unasked`);
      return;
    }
    this.#status = 101;
    this.#deadline = Infinity;
    this.#client.outbox.text(formatSwitch(head, upgrade));
    this.#client.outbox.bytes(first);
    this.#client.outbox.flush();
    const ahead = this.#client.giveAway();
    if (ahead.length > 0) socket.write(ahead);
    tunnel(this.#client.socket, socket, () => this.#finish(null));
  }

  onBroken(how: Broken): void {
    if (this.#status !== null) {
      this.#finish('cut');
      this.#client.reset();
      return;
    }
    if (how === 'malformed') {
      this.#answer(502, 'malformed', `${this.#backendName()} answered with something that is not HTTP`);
      return;
    }
    const backend = this.#backend;
    const wasReused = this.#isReused;
    this.#letGo();
    if (this.#isSent && !this.#isRepeatable) {
      this.#answer(502, 'reset', `${this.#backendName()} closed the connection before it answered`);
      return;
    }
    if (backend !== null && !wasReused) this.#tried = (this.#tried ?? new Set()).add(backend);
    this.#isSent = false;
    if (backend !== null && wasReused && !backend.draining) this.#connect(backend, false);
    else {
      this.#lastFailure = how;
      this.#dispatch();
    }
  }

  onDrain(): void {
    this.#client.resume();
  }

  onDefect(error: unknown): void {
    this.#app.onDefect(error);
    this.#client.destroy();
  }

  sweep(nowMs: number): void {
    if (nowMs < this.#deadline || this.#isDone) return;
    if (this.#isSent) {
      const { answerTimeoutMs } = this.#app;
      this.#answer(504, 'timeout', `${this.#backendName()} did not answer within ${answerTimeoutMs} ms`);
      return;
    }
    const backend = this.#backend;
    this.#upstream?.destroy();
    this.#letGo();
    if (backend !== null) this.#tried = (this.#tried ?? new Set()).add(backend);
    this.#lastFailure = 'timeout';
    this.#dispatch();
  }

  // How it goes from one to the next.

  #dispatch(): void {
    const { backends } = this.#app;
    const backend = backends.pick(this.#tried ?? noBackends);
    if (backend !== undefined) {
      this.#connect(backend, this.#isRepeatable);
      return;
    }
    if (!backends.expected) {
      this.#refuse();
      return;
    }
    this.#timer ??= this.#app.clock.after(this.#app.patienceMs, () => this.#refuse());
    this.#stopWatching ??= backends.watch(() => this.#lookAgain());
  }

  #lookAgain(): void {
    if (this.#backend === null && !this.#isDone) this.#dispatch();
  }

  #connect(backend: Backend, mayReuse: boolean): void {
    const nowMs = this.#app.clock.monotonic();
    this.#attempts += 1;
    this.#backend = backend;
    backend.active += 1;
    const idle = mayReuse ? this.#app.pool.take(backend, nowMs) : undefined;
    this.#isReused = idle !== undefined;
    this.#deadline = nowMs + this.#app.connectTimeoutMs;
    this.#upstream = idle ?? new Upstream(backend);
    this.#upstream.ask(this.#head.method, this);
  }

  #letGo(): void {
    if (this.#backend !== null) this.#app.backends.release(this.#backend);
    this.#lastBackend = this.#backend ?? this.#lastBackend;
    this.#backend = null;
    this.#upstream = null;
    this.#deadline = Infinity;
  }

  #refuse(): void {
    const failure = this.#lastFailure;
    const { appId, backends, patienceMs } = this.#app;
    const count = this.#tried?.size ?? 0;
    const untried = backends.expected ? `it had no healthy task for ${patienceMs} ms` : 'it has no task';
    const why = count > 0 ? `none of its ${count} healthy tasks took the connection` : untried;
    this.#answer(failure === 'reset' ? 502 : 503, failure, `${appId}: ${why}`);
  }

  /** Answers in place of the app, or cuts an answer that has begun. */
  #answer(status: number, failure: Failure, message: string): void {
    if (this.#isDone) return;
    if (this.#status !== null) {
      this.#finish(failure);
      this.#client.reset();
      return;
    }
    this.#status = status;
    this.#upstream?.destroy();
    const keepAlive = this.#head.keepAlive && this.#client.hasWholeRequest && this.#client.mayGoOn;
    this.#app.writeError(this.#client.outbox, {
      status,
      failure,
      message,
      isHead: this.#head.method === 'HEAD',
      keepAlive,
    });
    this.#finish(failure);
    this.#client.finish(keepAlive);
  }

  #suffer(fault: Fault): void {
    switch (fault.kind) {
      case 'slow':
        this.#timer = this.#app.clock.after(fault.ms, () => {
          this.#timer = null;
          this.#dispatch();
        });
        return;
      case 'status':
        this.#answer(fault.status, 'fault', `${this.#app.appId}: a fault answers ${fault.status}`);
        return;
      case 'reset':
      case 'refuse':
        this.#finish('fault');
        this.#client.reset();
        return;
      case 'hang':
        return;
    }
  }

  /** Writes the record, once, and lets go of everything. */
  #finish(failure: Failure | null): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#timer?.cancel();
    this.#stopWatching?.();
    this.#upstream?.destroy();
    this.#letGo();
    const { clock, fault } = this.#app;
    this.#app.record({
      atMs: this.#atMs,
      durationMs: clock.monotonic() - this.#startedMs,
      backend: this.#lastBackend,
      method: this.#head.method,
      path: this.#head.target,
      status: this.#status,
      failure: failure === 'client-left' && fault?.kind === 'hang' ? 'fault' : failure,
      requestId: this.#requestId,
      attempts: this.#attempts,
    });
  }

  #backendName(): string {
    const backend = this.#backend ?? this.#lastBackend;
    return backend === null ? this.#app.appId : `${this.#app.appId} at ${backend.host}:${backend.port}`;
  }
}

import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type { FrameworkInfo, SchedulerEvent } from '../../mesos/v1.ts';
import type { SchedulerCall, SchedulerConnection, SchedulerStream } from './connection.ts';

/** Beats that may be missed before the stream counts as dead. */
const missedBeats = 5;
const firstRetryMs = 50;
const longestRetryMs = 5_000;

export interface SessionOptions {
  readonly connection: SchedulerConnection;
  readonly clock: Clock;
  /** Asked before every subscription, so that a new one carries the id and the roles of that moment. */
  readonly subscription: () => {
    readonly framework: FrameworkInfo;
    readonly suppressedRoles: readonly string[];
  };
  readonly onEvent: (event: SchedulerEvent) => void;
  readonly onDisconnected: (reason: string) => void;
  /** A call that the master did not take while the stream stood. */
  readonly onCallFailed: (call: SchedulerCall, error: unknown) => void;
}

/** Keeps the framework subscribed: watches the heartbeat and subscribes again, sooner at first, later more patiently. */
export class SchedulerSession {
  readonly #options: SessionOptions;
  #stream: SchedulerStream | null = null;
  #watch: Timer | null = null;
  #retry: Timer | null = null;
  #retryMs = firstRetryMs;
  #heartbeatMs = 15_000;
  #lastHeardAt = 0;
  #attempt = 0;
  #stopped = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#stream !== null;
  }

  start(): void {
    void this.#connect();
  }

  /** Ends the subscription for good; the master keeps the framework for its failover timeout. */
  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#drop('stopped');
  }

  /** Breaks the subscription; a new one is made before long. */
  resubscribe(): void {
    this.#drop('asked to subscribe again');
  }

  /** Sends when connected and forgets otherwise: what was lost is found again by reconciliation. */
  send(call: SchedulerCall): void {
    const stream = this.#stream;
    if (stream === null) return;
    stream.call(call).catch((error: unknown) => {
      if (this.#stream === stream) this.#options.onCallFailed(call, error);
    });
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt && !this.#stopped;
    const { framework, suppressedRoles } = this.#options.subscription();
    /** The first records can arrive before `subscribe` has resolved. */
    const early: SchedulerEvent[] = [];
    let stream: SchedulerStream | null = null;
    let closedEarly: string | null = null;
    try {
      const opened = await this.#options.connection.subscribe(framework, suppressedRoles, {
        onEvent: (event) => {
          if (!isCurrent()) return;
          if (stream === null) early.push(event);
          else this.#onEvent(event);
        },
        onClose: (reason) => {
          if (!isCurrent()) return;
          if (stream === null) closedEarly = reason;
          else this.#drop(reason);
        },
      });
      if (!isCurrent()) {
        opened.close();
        return;
      }
      stream = opened;
      this.#stream = opened;
    } catch (error) {
      if (isCurrent()) this.#retryLater(reasonOf(error));
      return;
    }
    this.#lastHeardAt = this.#options.clock.monotonic();
    this.#armWatch();
    try {
      for (const event of early) this.#onEvent(event);
    } catch (error) {
      closedEarly = reasonOf(error);
    }
    if (closedEarly !== null) this.#drop(closedEarly);
  }

  #onEvent(event: SchedulerEvent): void {
    if (event.type === 'SUBSCRIBED') {
      this.#retryMs = firstRetryMs;
      this.#heartbeatMs = event.subscribed.heartbeat_interval_seconds * 1000;
    }
    this.#lastHeardAt = this.#options.clock.monotonic();
    this.#options.onEvent(event);
  }

  /** One timer that looks back when it fires: re-arming it for every record would cost more than the record. */
  #armWatch(): void {
    const { clock } = this.#options;
    const patienceMs = missedBeats * this.#heartbeatMs;
    const silentMs = clock.monotonic() - this.#lastHeardAt;
    this.#watch = clock.after(patienceMs - silentMs, () => {
      if (clock.monotonic() - this.#lastHeardAt < patienceMs) this.#armWatch();
      else this.#drop(`nothing heard from the master for ${patienceMs} ms`);
    });
  }

  #drop(reason: string): void {
    const stream = this.#stream;
    this.#watch?.cancel();
    this.#watch = null;
    this.#stream = null;
    this.#attempt++;
    if (stream === null) return;
    stream.close();
    this.#retryLater(reason);
  }

  #retryLater(reason: string): void {
    this.#options.onDisconnected(reason);
    if (this.#stopped) return;
    this.#retry = this.#options.clock.after(this.#retryMs, () => void this.#connect());
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

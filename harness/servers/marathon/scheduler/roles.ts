import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type { SchedulerCall } from './connection.ts';

/** Revivals closer together than this are made one: each lets the master offer every agent anew. */
const reviveIntervalMs = 5;
/** A role that wants nothing for this long stops getting offers. */
const suppressAfterMs = 1_000;

export interface RoleOptions {
  readonly clock: Clock;
  readonly send: (call: SchedulerCall) => void;
  readonly wants: (role: string) => boolean;
  /** The set of roles has grown: the master must be told before offers for the new one can come. */
  readonly onNewRole: () => void;
}

/** Which roles the framework is subscribed to, and which of them want offers. */
export class RoleOffers {
  readonly #options: RoleOptions;
  readonly #roles = new Set(['*']);
  readonly #suppressed = new Set(['*']);
  readonly #wanted = new Set<string>();
  #revivedAt = Number.NEGATIVE_INFINITY;
  #revive: Timer | null = null;
  #suppress: Timer | null = null;

  constructor(options: RoleOptions) {
    this.#options = options;
  }

  get all(): readonly string[] {
    return [...this.#roles];
  }

  get suppressed(): readonly string[] {
    return [...this.#suppressed];
  }

  /** Before a subscription: roles in need start with offers, the others without. */
  refresh(): void {
    this.#wanted.clear();
    for (const role of this.#roles) {
      if (this.#options.wants(role)) this.#suppressed.delete(role);
      else this.#suppressed.add(role);
    }
  }

  /** Subscribes to the role unless that has been done. */
  add(role: string): void {
    if (this.#roles.has(role)) return;
    this.#roles.add(role);
    this.#suppressed.add(role);
    this.#options.onNewRole();
  }

  /** Asks for offers, once for all who ask in the same turn of the event loop. */
  want(role: string): void {
    this.add(role);
    this.#wanted.add(role);
    if (this.#revive !== null) return;
    const waitMs = Math.max(0, this.#revivedAt + reviveIntervalMs - this.#options.clock.monotonic());
    this.#revive =
      waitMs === 0
        ? inThisTurn(() => this.#reviveNow())
        : this.#options.clock.after(waitMs, () => this.#reviveNow());
  }

  /** Offers of these roles were handled: those with nothing left to launch are suppressed before long. */
  settle(): void {
    if (this.#suppress !== null) return;
    this.#suppress = this.#options.clock.after(suppressAfterMs, () => {
      this.#suppress = null;
      const idle = this.all.filter((role) => !this.#suppressed.has(role) && !this.#options.wants(role));
      if (idle.length === 0) return;
      for (const role of idle) this.#suppressed.add(role);
      this.#options.send({ type: 'SUPPRESS', suppress: { roles: idle } });
    });
  }

  stop(): void {
    this.#revive?.cancel();
    this.#suppress?.cancel();
  }

  #reviveNow(): void {
    this.#revive = null;
    const roles = [...this.#wanted].filter((role) => this.#options.wants(role));
    this.#wanted.clear();
    if (roles.length === 0) return;
    this.#revivedAt = this.#options.clock.monotonic();
    for (const role of roles) this.#suppressed.delete(role);
    this.#options.send({ type: 'REVIVE', revive: { roles } });
    this.settle();
  }
}

function inThisTurn(callback: () => void): Timer {
  let cancelled = false;
  queueMicrotask(() => {
    if (!cancelled) callback();
  });
  return {
    cancel: () => {
      cancelled = true;
    },
  };
}

import type { Backend } from '../backends.ts';
import type { Upstream } from './upstream.ts';

/** Idle connections kept per backend. */
const mostIdle = 64;
/** How long an idle connection is kept, in milliseconds. Node's servers close theirs after 5 s, and may say otherwise. */
const keepMs = 4_000;
/** A connection is left alone this long before its backend would close it, so that none breaks under a request. */
const marginMs = 1_000;

/** Idle connections to the backends of one app. */
export class Pool {
  readonly #idle = new Map<Backend, Upstream[]>();

  /** An idle connection, the one used last first; undefined when there is none. */
  take(backend: Backend, nowMs: number): Upstream | undefined {
    const idle = this.#idle.get(backend);
    for (;;) {
      const upstream = idle?.pop();
      if (upstream === undefined) return undefined;
      upstream.onUseless = null;
      if (upstream.usableUntil > nowMs) return upstream;
      upstream.destroy();
    }
  }

  /** Keeps a connection whose answer has ended, or closes it. */
  give(upstream: Upstream, nowMs: number): void {
    const { backend, keepAliveMs } = upstream;
    const lastsMs = Math.min(keepMs, (keepAliveMs ?? Infinity) - marginMs);
    const idle = this.#idle.get(backend) ?? [];
    if (!upstream.isReusable || lastsMs <= 0 || backend.draining || idle.length >= mostIdle) {
      upstream.destroy();
      return;
    }
    upstream.usableUntil = nowMs + lastsMs;
    upstream.onUseless = () => idle.splice(idle.indexOf(upstream), 1);
    idle.push(upstream);
    this.#idle.set(backend, idle);
  }

  /** Closes what was idle for too long. */
  sweep(nowMs: number): void {
    for (const [backend, idle] of this.#idle) {
      while ((idle[0]?.usableUntil ?? Infinity) <= nowMs) idle.shift()?.destroy();
      if (idle.length === 0) this.#idle.delete(backend);
    }
  }

  /** Closes the idle connections of a backend that gets nothing new, so that it need not wait for them. */
  drop(backend: Backend): void {
    for (const upstream of this.#idle.get(backend) ?? []) upstream.destroy();
    this.#idle.delete(backend);
  }

  close(): void {
    for (const backend of [...this.#idle.keys()]) this.drop(backend);
  }
}

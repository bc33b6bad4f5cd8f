import { setTimeout as pause } from 'node:timers/promises';

export interface OpenLoopOptions {
  readonly perSecond: number;
  /** Milliseconds on the rehearsal's clock. */
  readonly now: () => number;
  /** Starts one; must not throw. `atMs` is when it should have started. */
  readonly start: (atMs: number) => void;
}

export interface OpenLoop {
  stop(): Promise<void>;
}

const tickMs = 5;

/**
 * Starts something at a fixed rate, whether or not what was started before has ended: users do not wait for each other. After a
 * stall, all that was due is started at once, each with the time at which it was due.
 */
export function startOpenLoop({ perSecond, now, start }: OpenLoopOptions): OpenLoop {
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    const began = now();
    for (let count = 0; !stopped.signal.aborted; ) {
      const due = ((now() - began) * perSecond) / 1000;
      for (; count < due && !stopped.signal.aborted; count++) start(began + (count * 1000) / perSecond);
      await pause(tickMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

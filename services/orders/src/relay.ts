import type { Log } from './chassis/log.ts';
import type { OrderPlaced } from './order.ts';
import type { Outbox } from './ports.ts';

export interface Relay {
  /** Says that an event may be waiting; without it the relay looks every `pollMs`. */
  wake(): void;
  /** Looks a last time; resolves when what was being delivered is done. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly deliver: (event: OrderPlaced) => Promise<void>;
  readonly log: Log;
  readonly pollMs: number;
}

/** Carries events from the outbox to their consumer: at least once, so consumers must know an event again by its id. */
export function startRelay({ outbox, deliver, log, pollMs }: RelayOptions): Relay {
  let woken = Promise.withResolvers<void>();
  let stopping = false;

  const run = async () => {
    while (true) {
      const isLast = stopping;
      woken = Promise.withResolvers<void>();
      const more = await deliverOnce({ outbox, deliver, log });
      if (isLast) return;
      if (more || stopping) continue;
      const timer = setTimeout(woken.resolve, pollMs);
      await woken.promise;
      clearTimeout(timer);
    }
  };
  const running = run();
  const wake = () => woken.resolve();
  return {
    wake,
    stop: () => {
      stopping = true;
      wake();
      return running;
    },
  };
}

/** True when something was delivered, so that more may be waiting. */
async function deliverOnce({ outbox, deliver, log }: Omit<RelayOptions, 'pollMs'>): Promise<boolean> {
  try {
    const { delivered, failed } = await outbox.deliverDue(deliver);
    if (failed) log.error('an event could not be delivered, will try again');
    return delivered > 0;
  } catch (error) {
    log.error('the outbox could not be read, will try again', { error: String(error) });
    return false;
  }
}

/** Half a second, one, two, four … up to a minute. */
export function retryDelayMs(attempts: number): number {
  return Math.min(60_000, 500 * 2 ** Math.max(0, attempts - 1));
}

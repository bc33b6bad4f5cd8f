import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../plumbing/thrown.ts';

const pollMs = 100;

/**
 * Asks until `ping` resolves. `ended` says why there is nothing to wait for any more.
 * @throws with the last answer when the time is over, or what `ended` says
 */
export async function untilReady(
  ping: () => Promise<void>,
  {
    timeoutMs,
    ended,
    signal,
  }: { readonly timeoutMs: number; ended(): string | null; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const end = ended();
    if (end !== null) throw new Error(end);
    try {
      await ping();
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        const said = messageOf(error);
        throw new Error(`not ready after ${timeoutMs / 1000} s: ${said}`, { cause: error });
      }
    }
    await delay(pollMs, undefined, { signal });
  }
}

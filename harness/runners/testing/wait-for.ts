import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/**
 * Asks until the answer is true.
 * @throws naming `what`, and the last error if asking failed, when that takes longer than `timeoutMs`.
 *
 * @example await waitFor(async () => (await tasks()).length === 2, { timeoutMs: 20_000, what: 'two tasks' });
 */
export async function waitFor(
  condition: () => Promise<boolean> | boolean,
  { timeoutMs, what }: { readonly timeoutMs: number; readonly what: string },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown;
  while (performance.now() < deadline) {
    try {
      if (await condition()) return;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await delay(pollMs);
  }
  const last = failure instanceof Error ? `; asking failed with: ${failure.message}` : '';
  throw new Error(`There was no ${what} within ${timeoutMs} ms${last}`, { cause: failure });
}

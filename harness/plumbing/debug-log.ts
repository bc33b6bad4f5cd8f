import { Redactor } from './redact.ts';

/** Parts of the work that can tell what they do. */
export type DebugArea = 'command' | 'engine' | 'ledger' | 'marathon' | 'reaper' | 'runner';

const redactor = new Redactor();

/**
 * Lines on standard error for whoever looks for a fault: `12:00:01.250 ledger: git fetch …, 14 ms`. On when `STAGEGATE_LOG` is
 * `debug`, or names the area among others: `ledger,marathon`. Secrets that can be told by their form are taken out.
 */
export function debug(area: DebugArea, message: () => string): void {
  if (!isOn(area)) return;
  const time = new Date().toISOString().slice(11, 23);
  process.stderr.write(`${time} ${area}: ${redactor.text(message())}\n`);
}

function isOn(area: DebugArea): boolean {
  const wanted = process.env.STAGEGATE_LOG?.split(',') ?? [];
  return wanted.includes('debug') || wanted.includes(area);
}

/** Does the work, and tells how long it took. */
export async function debugTimed<T>(area: DebugArea, what: () => string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  try {
    return await work();
  } finally {
    debug(area, () => `${what()}, ${Math.round(performance.now() - from)} ms`);
  }
}

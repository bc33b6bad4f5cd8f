import { Cron } from 'croner';
import type { Schedule } from './types.ts';

/**
 * When the schedule comes round next after `now`, both in milliseconds since the epoch. `never`: the pattern has no further
 * date. `senseless`: the pattern or the time zone cannot be understood.
 */
export function nextRunAt(
  { cron, timezone }: Pick<Schedule, 'cron' | 'timezone'>,
  now: number,
): number | 'never' | 'senseless' {
  if (cron.trim().split(/\s+/).length !== 5) return 'senseless';
  try {
    const next = new Cron(cron, { timezone, paused: true }).nextRun(new Date(now));
    return next === null ? 'never' : next.getTime();
  } catch {
    return 'senseless';
  }
}

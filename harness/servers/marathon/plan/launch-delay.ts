import type { AppDefinition } from '../definition/index.ts';
import type { Condition } from '../views/index.ts';

/**
 * Launch backoff of one configuration of one app. The caller drops it on restart, new configuration and by request. All
 * times, `now` among them, are readings of the monotonic clock.
 */
export interface LaunchDelay {
  readonly delayMs: number;
  /** Monotonic; nothing of that configuration is launched before. */
  readonly until: number;
  readonly touchedAt: number;
}

/** The ends that a task comes to by itself. */
const selfInflicted: readonly Condition[] = ['Failed', 'Finished', 'Error', 'Gone', 'Dropped'];

/** A task ended; ends that do not count (Killed) leave `delay` as it is. */
export function afterTaskEnded(
  app: AppDefinition,
  delay: LaunchDelay | undefined,
  condition: Condition,
  now: number,
): LaunchDelay | undefined {
  if (!selfInflicted.includes(condition)) return delay;
  const grown = delay === undefined ? app.backoffSeconds * 1000 : delay.delayMs * app.backoffFactor;
  const delayMs = Math.min(grown, app.maxLaunchDelaySeconds * 1000);
  return { delayMs, until: now + delayMs, touchedAt: now };
}

/** A task was started: the delay is not counted again, but it is remembered for as long as after a failure. */
export function afterLaunch(delay: LaunchDelay | undefined, now: number): LaunchDelay | undefined {
  return delay === undefined ? undefined : { ...delay, touchedAt: now };
}

/** Whether `maxLaunchDelaySeconds` have passed since the last event that touched it, the end of the delay among them. */
export function isForgotten(app: AppDefinition, { touchedAt, until }: LaunchDelay, now: number): boolean {
  return now > Math.max(touchedAt, until) + app.maxLaunchDelaySeconds * 1000;
}

/** 0 without a delay, and when it is over. One that an earlier process stored never holds longer than it was given. */
export function timeLeftMs(delay: LaunchDelay | undefined, now: number): number {
  return delay === undefined ? 0 : Math.min(delay.delayMs, Math.max(0, delay.until - now));
}

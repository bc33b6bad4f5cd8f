import type { AppDefinition } from '../definition/index.ts';
import type { Condition } from '../views/index.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

/** Launch backoff of one configuration of one app. The caller drops it on restart, new configuration and by request. */
export interface LaunchDelay {
  /** Zero until the first failure. */
  readonly delayMs: number;
  /** Milliseconds since the epoch; nothing of that configuration is launched before. */
  readonly until: number;
  readonly touchedAt: number;
}

/** A task ended by itself; conditions that do not count (Killed) leave `delay` as it is. */
export function afterTaskEnded(
  _app: AppDefinition,
  _delay: LaunchDelay | undefined,
  _condition: Condition,
  _now: number,
): LaunchDelay | undefined {
  return notWritten();
}

/** A task was started: the delay lives on, but is forgotten later. */
export function afterLaunch(_delay: LaunchDelay | undefined, _now: number): LaunchDelay | undefined {
  return notWritten();
}

/** Whether `maxLaunchDelaySeconds` have passed since the last event that touched it. */
export function isForgotten(_app: AppDefinition, _delay: LaunchDelay, _now: number): boolean {
  return notWritten();
}

export function timeLeftMs(_delay: LaunchDelay | undefined, _now: number): number {
  return notWritten();
}

import type { AppDefinition } from '../definition/index.ts';
import { isResident } from '../offers/index.ts';

/** What a rolling restart is held to, from its first moment on. */
export interface RestartLimits {
  /** Old instances to kill at the very start. */
  readonly killNow: number;
  /** Most instances, old and new together, that may be alive at any time. */
  readonly maxCapacity: number;
}

/**
 * How a rolling restart begins. `current`: instances with goal Running, all versions; `healthy`: those of them that are
 * healthy now (or Running, without checks).
 */
export function ignite(
  app: AppDefinition,
  state: { readonly current: number; readonly healthy: number },
): RestartLimits {
  const { instances, upgradeStrategy } = app;
  const minHealthy = Math.ceil(exact(instances * upgradeStrategy.minimumHealthCapacity));
  let maxCapacity = Math.floor(exact(instances * (1 + upgradeStrategy.maximumOverCapacity)));
  let killNow = Math.max(0, state.healthy - minHealthy);

  // Neither may one die first nor one be started first: something has to give, or nothing would ever move.
  if (minHealthy === maxCapacity && maxCapacity <= state.healthy) {
    if (isResident(app)) killNow = state.healthy - minHealthy + 1;
    else maxCapacity += 1;
  }
  if (instances < state.current) killNow = Math.max(killNow, state.current - instances);
  return { killNow, maxCapacity };
}

/** New instances to launch now. `oldAlive` counts old ones until they are terminal, not merely told to stop. */
export function launchNow(
  app: AppDefinition,
  limits: RestartLimits,
  state: { readonly started: number; readonly oldAlive: number },
): number {
  const { started, oldAlive } = state;
  return Math.max(0, Math.min(app.instances - started, limits.maxCapacity - oldAlive - started));
}

/** What a scaling has to do: at most one of the two is above 0. `current` counts instances with goal Running. */
export function scaleNow(
  app: AppDefinition,
  current: number,
): { readonly kill: number; readonly launch: number } {
  return { kill: Math.max(0, current - app.instances), launch: Math.max(0, app.instances - current) };
}

/** Takes off what binary fractions add: 100 * 0.07 is 7.000000000000001 here, and must not be rounded up to 8. */
function exact(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

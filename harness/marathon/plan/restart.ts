import type { AppDefinition } from '../definition/index.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

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
  _app: AppDefinition,
  _state: { readonly current: number; readonly healthy: number },
): RestartLimits {
  return notWritten();
}

/** New instances to launch now. `oldAlive` counts old ones until they are terminal, not merely told to stop. */
export function launchNow(
  _app: AppDefinition,
  _limits: RestartLimits,
  _state: { readonly started: number; readonly oldAlive: number },
): number {
  return notWritten();
}

/** What a scaling has to do: at most one of the two is above 0. `current` counts instances with goal Running. */
export function scaleNow(
  _app: AppDefinition,
  _current: number,
): { readonly kill: number; readonly launch: number } {
  return notWritten();
}

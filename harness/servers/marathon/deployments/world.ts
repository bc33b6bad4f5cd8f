import type { Clock } from '../../../plumbing/clock.ts';
import type { EventBus } from '../events/bus.ts';
import type { HealthMonitor } from '../health/monitor.ts';
import type { LaunchQueue } from '../scheduler/launch-queue.ts';
import { type Instance, isAtRest, isLost } from '../tracker/instance.ts';
import type { Killer } from '../tracker/killer.ts';
import type { InstanceChange, InstanceTracker } from '../tracker/tracker.ts';
import type { ReadinessProber, ReadinessResult } from './readiness.ts';

/** What an action works on. */
export interface DeploymentWorld {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly killer: Killer;
  readonly queue: LaunchQueue;
  readonly health: HealthMonitor;
  readonly bus: EventBus;
  readonly readinessProber: ReadinessProber;
  readonly newUuid: () => string;
}

/** One action under way. It looks at the instances as they are, so that missed or repeated changes do no harm. */
export interface ActionRun {
  /** Makes the first moves. */
  start(): void;
  /** An instance of the action's app has changed. */
  onInstanceChange(change: InstanceChange): void;
  /** Ends it where it is: what it started stays. */
  stop(): void;
  readonly isDone: boolean;
  /** What it waits for, for messages. */
  describe(): string;
  readonly readinessResults: readonly ReadinessResult[];
}

/** Counts as existing: it is to run, and has not been given up. */
export function isWanted(instance: Instance): boolean {
  return instance.goal === 'Running' && instance.condition !== 'UnreachableInactive';
}

/** Was taken out of service, and nothing of it is left that has to end first. */
export function isOut(instance: Instance): boolean {
  return isAtRest(instance) || (instance.goal === 'Stopped' && isLost(instance));
}

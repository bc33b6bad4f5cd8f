import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type { AppDefinition, PathId } from '../definition/index.ts';
import { isAlive } from '../views/index.ts';
import { hasLiveTask, type Instance, isLost, rescheduleInstance } from './instance.ts';
import type { InstanceChange, InstanceTracker } from './tracker.ts';

export interface LifecycleOptions {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  /** The definition for the next task of the instance; undefined when the app is gone. */
  readonly nextDefinition: (instance: Instance) => AppDefinition | undefined;
  /** An instance stopped counting, or came back: the app may have too few or too many now. */
  readonly onCountChanged: (appId: PathId) => void;
  /** A task runs that was to end while its agent was away. */
  readonly onUnwantedReturn: (instanceId: string) => void;
}

/** What follows by itself from an instance's condition: the next task after a death, giving up what is unreachable. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #alarms = new Map<string, Timer>();

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Must hear of changes after everyone who may decommission an instance because its task died. */
  onInstanceChange({ before, after }: InstanceChange): void {
    const id = (after ?? before)?.instanceId ?? '';
    const wasLost = before !== null && isLost(before);
    if (after === null || !isLost(after)) this.#disarm(id);
    if (after === null) return;
    if (isLost(after)) {
      if (after.condition !== before?.condition) this.#giveUpLater(after);
      return;
    }
    if (wasLost && isAlive(after.condition)) {
      if (after.goal === 'Stopped') this.#options.onUnwantedReturn(after.instanceId);
      this.#options.onCountChanged(after.appId);
    }
    if (!isAlive(after.condition) && after.taskId !== undefined) this.#succeed(after);
  }

  /** After a restart of the framework: the time of the lost goes on counting. */
  resume(): void {
    for (const instance of [...this.#options.tracker.all()]) {
      if (isLost(instance)) this.#giveUpLater(instance);
      else if (!isAlive(instance.condition) && !hasLiveTask(instance)) this.#succeed(instance);
    }
  }

  stop(): void {
    for (const alarm of this.#alarms.values()) alarm.cancel();
    this.#alarms.clear();
  }

  #succeed({ instanceId, taskId }: Instance): void {
    const { clock, tracker, nextDefinition } = this.#options;
    const current = tracker.get(instanceId);
    if (current === undefined || current.taskId !== taskId || isAlive(current.condition)) return;
    if (current.goal === 'Stopped' && current.reservation !== undefined) return;
    const app = current.goal === 'Running' ? nextDefinition(current) : undefined;
    if (app === undefined) tracker.remove(current);
    else tracker.put(rescheduleInstance(current, app, clock.monotonic()));
  }

  #giveUpLater(instance: Instance): void {
    const { unreachableStrategy } = instance.app;
    if (instance.goal === 'Decommissioned') {
      this.#expunge(instance.instanceId);
      return;
    }
    if (unreachableStrategy === 'disabled') return;
    const { inactiveAfterSeconds, expungeAfterSeconds } = unreachableStrategy;
    const isInactive = instance.condition === 'UnreachableInactive';
    const afterSeconds = isInactive ? expungeAfterSeconds : inactiveAfterSeconds;
    const leftMs = instance.since + afterSeconds * 1000 - this.#options.clock.monotonic();
    const act = (): void => {
      if (isInactive) this.#expunge(instance.instanceId);
      else this.#deactivate(instance.instanceId);
    };
    if (leftMs <= 0) act();
    else this.#arm(instance.instanceId, leftMs, act);
  }

  /** Counts as missing from now on, and is not killed: it may come back. */
  #deactivate(instanceId: string): void {
    const instance = this.#options.tracker.get(instanceId);
    if (instance?.condition !== 'Unreachable') return;
    this.#options.tracker.put({ ...instance, condition: 'UnreachableInactive' });
    this.#options.onCountChanged(instance.appId);
  }

  #expunge(instanceId: string): void {
    const instance = this.#options.tracker.get(instanceId);
    if (instance === undefined || !isLost(instance)) return;
    this.#options.tracker.remove(instance);
    this.#options.onCountChanged(instance.appId);
  }

  #arm(instanceId: string, delayMs: number, act: () => void): void {
    this.#disarm(instanceId);
    this.#alarms.set(instanceId, this.#options.clock.after(delayMs, act));
  }

  #disarm(instanceId: string): void {
    this.#alarms.get(instanceId)?.cancel();
    this.#alarms.delete(instanceId);
  }
}

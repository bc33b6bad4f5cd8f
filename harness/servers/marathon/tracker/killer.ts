import { type Clock, every, type Timer } from '../../../plumbing/clock.ts';
import { hasLiveTask, type Instance, isLost } from './instance.ts';
import type { InstanceTracker } from './tracker.ts';

/** Kills that nobody confirmed are repeated. */
const retryMs = 30_000;
/** A task must run this long after its launch, or it is killed and launched anew. */
const launchTimeoutMs = 300_000;

export interface KillerOptions {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly kill: (taskId: string, agentId: string | undefined) => void;
}

/** Ends tasks. `Killing` is announced before Mesos is told, so that balancers can stop sending requests first. */
export class Killer {
  readonly #options: KillerOptions;
  readonly #sweep: Timer;

  constructor(options: KillerOptions) {
    this.#options = options;
    this.#sweep = every(options.clock, retryMs, () => this.#repeat());
  }

  stop(): void {
    this.#sweep.cancel();
  }

  /** Ends the task; the instance lives on and gets another one. */
  kill(instanceId: string): void {
    const instance = this.#options.tracker.get(instanceId);
    if (instance === undefined || !hasLiveTask(instance)) return;
    this.#send(instance);
  }

  /** Ends the instance for good. One without a task, or whose agent is lost, is gone at once. */
  decommission(instanceId: string): void {
    const { tracker } = this.#options;
    const instance = tracker.get(instanceId);
    if (instance === undefined || instance.goal === 'Decommissioned') return;
    const ending: Instance = { ...instance, goal: 'Decommissioned' };
    if (hasLiveTask(instance) && !isLost(instance)) this.#send(ending);
    else tracker.remove({ ...ending, condition: 'Killed' });
    if (isLost(instance) && instance.taskId !== undefined)
      this.#options.kill(instance.taskId, instance.agentId);
  }

  /** Takes the instance out of service: one with resources reserved stays, stopped, and may be started again on them. */
  retire(instanceId: string): void {
    const { tracker } = this.#options;
    const instance = tracker.get(instanceId);
    if (instance?.reservation?.isConfirmed !== true) {
      this.decommission(instanceId);
      return;
    }
    if (instance.goal !== 'Running') return;
    const stopped: Instance = { ...instance, goal: 'Stopped' };
    if (isLost(instance)) tracker.put(stopped);
    else if (hasLiveTask(instance)) this.#send(stopped);
    else tracker.put({ ...stopped, condition: 'Killed' });
  }

  #send(instance: Instance): void {
    const { clock, tracker, kill } = this.#options;
    if (instance.taskId === undefined) return;
    const isRepeated = instance.condition === 'Killing';
    tracker.put({
      ...instance,
      condition: 'Killing',
      since: isRepeated ? instance.since : clock.monotonic(),
    });
    kill(instance.taskId, instance.agentId);
  }

  #repeat(): void {
    const { clock, tracker, kill } = this.#options;
    const now = clock.monotonic();
    for (const instance of tracker.all()) {
      const { condition, since, taskId, agentId, stagedSince } = instance;
      if (taskId === undefined) continue;
      if (condition === 'Killing' && now - since >= retryMs) kill(taskId, agentId);
      const isStarting = condition === 'Provisioned' || condition === 'Staging' || condition === 'Starting';
      if (isStarting && stagedSince !== undefined && now - stagedSince >= launchTimeoutMs) {
        this.#send(instance);
      }
    }
  }
}

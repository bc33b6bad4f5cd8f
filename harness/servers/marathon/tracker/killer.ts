import { type Clock, every, type Timer } from '../../../plumbing/clock.ts';
import { hasLiveTask, type Instance } from './instance.ts';
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
    const isLost = instance.condition === 'Unreachable' || instance.condition === 'UnreachableInactive';
    if (hasLiveTask(instance) && !isLost) this.#send(ending);
    else tracker.remove({ ...ending, condition: 'Killed' });
    if (isLost && instance.taskId !== undefined) this.#options.kill(instance.taskId, instance.agentId);
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

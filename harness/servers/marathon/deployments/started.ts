import type { AppDefinition } from '../definition/index.ts';
import { type Instance, isServing } from '../tracker/instance.ts';
import { launchInstances } from '../tracker/launch-instances.ts';
import type { InstanceChange } from '../tracker/tracker.ts';
import { isAlive } from '../views/index.ts';
import { Readiness, type ReadinessResult } from './readiness.ts';
import type { DeploymentWorld } from './world.ts';

/** The instances that an action brings up, and how far they are. */
export class StartedInstances {
  readonly #world: DeploymentWorld;
  readonly #app: AppDefinition;
  readonly #readiness: Readiness;

  /** `onReady` is called when a task has become ready, which no instance change shows. */
  constructor(world: DeploymentWorld, app: AppDefinition, onReady: () => void) {
    this.#world = world;
    this.#app = app;
    this.#readiness = new Readiness({
      clock: world.clock,
      tracker: world.tracker,
      prober: world.readinessProber,
      onResult: onReady,
    });
  }

  get readinessResults(): readonly ReadinessResult[] {
    return this.#readiness.results;
  }

  launch(count: number): void {
    launchInstances(this.#app, count, this.#world);
  }

  /** Serving, and said once to be ready. */
  isUp(instance: Instance): boolean {
    return isServing(instance) && this.#readiness.isReady(instance);
  }

  /** For instances that the action counts as its own. */
  watch(instance: Instance): void {
    this.#readiness.watch(instance);
  }

  onInstanceChange({ before, after }: InstanceChange): void {
    const taskId = (after ?? before)?.taskId;
    if (taskId !== undefined && (after === null || !isAlive(after.condition))) this.#readiness.forget(taskId);
  }

  stop(): void {
    this.#readiness.stop();
  }
}

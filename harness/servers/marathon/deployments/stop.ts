import type { AppDefinition } from '../definition/index.ts';
import type { ReadinessResult } from './readiness.ts';
import type { ActionRun, DeploymentWorld } from './world.ts';

/** StopApplication: the app and all it left behind go. */
export class StopRun implements ActionRun {
  readonly #world: DeploymentWorld;
  readonly #app: AppDefinition;
  readonly #onProgress: () => void;
  readonly readinessResults: readonly ReadinessResult[] = [];
  #isDone = false;

  constructor(world: DeploymentWorld, app: AppDefinition, onProgress: () => void) {
    this.#world = world;
    this.#app = app;
    this.#onProgress = onProgress;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  start(): void {
    const { tracker, killer, health } = this.#world;
    health.deactivate(this.#app);
    for (const { instanceId } of tracker.of(this.#app.id)) killer.decommission(instanceId);
    this.#finish();
  }

  onInstanceChange(): void {
    this.#finish();
    this.#onProgress();
  }

  stop(): void {}

  describe(): string {
    return `${this.#app.id}: ${this.#world.tracker.countOf(this.#app.id)} instances have not ended yet`;
  }

  #finish(): void {
    const { tracker, queue, bus } = this.#world;
    if (this.#isDone || tracker.countOf(this.#app.id) > 0) return;
    this.#isDone = true;
    queue.resetDelay(this.#app);
    bus.publish({ eventType: 'app_terminated_event', appId: this.#app.id });
  }
}

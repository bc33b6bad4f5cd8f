import type { AppDefinition } from '../definition/index.ts';
import { scaleNow } from '../plan/index.ts';
import type { Instance } from '../tracker/instance.ts';
import type { InstanceChange } from '../tracker/tracker.ts';
import { StartedInstances } from './started.ts';
import { selectInstances } from './victims.ts';
import { type ActionRun, type DeploymentWorld, isWanted, type ReadinessResult } from './world.ts';

/** ScaleApplication: the surplus is killed first, and when it is gone the missing ones are started. */
export class ScaleRun implements ActionRun {
  readonly #world: DeploymentWorld;
  readonly #app: AppDefinition;
  readonly #condemned: readonly string[];
  readonly #onProgress: () => void;
  readonly #up: StartedInstances;
  readonly #started = new Set<string>();
  /** Those of them that are healthy and ready now. Kept up to date: counting 10,000 at every change would not do. */
  readonly #isUp = new Set<string>();
  /** Surplus instances that are not gone yet. */
  readonly #dying = new Set<string>();
  /** Null until the surplus is gone and it is known how many have to be started. */
  #needed: number | null = null;
  #isLaunching = false;

  constructor(
    world: DeploymentWorld,
    app: AppDefinition,
    options: { readonly condemned: readonly string[]; readonly onProgress: () => void },
  ) {
    this.#world = world;
    this.#app = app;
    this.#condemned = options.condemned;
    this.#onProgress = options.onProgress;
    this.#up = new StartedInstances(world, app, () => this.#recount());
  }

  get isDone(): boolean {
    return this.#needed !== null && this.#isUp.size >= this.#needed;
  }

  get readinessResults(): readonly ReadinessResult[] {
    return this.#up.readinessResults;
  }

  start(): void {
    const { tracker, killer } = this.#world;
    const wanted = tracker.of(this.#app.id).filter(isWanted);
    const condemned = wanted.filter(({ instanceId }) => this.#condemned.includes(instanceId));
    const surplus = Math.max(scaleNow(this.#app, wanted.length).kill, condemned.length);
    const victims = selectInstances(this.#app, wanted, { count: surplus, condemned: this.#condemned });
    for (const { instanceId } of victims) this.#dying.add(instanceId);
    for (const { instanceId } of victims) killer.decommission(instanceId);
    this.#proceed();
  }

  onInstanceChange(change: InstanceChange): void {
    const { before, after } = change;
    this.#up.onInstanceChange(change);
    if (after !== null) this.#count(after);
    else if (before !== null) this.#forget(before.instanceId);
    const countsNow = after !== null && isWanted(after);
    const countedBefore = before !== null && isWanted(before);
    if (after === null || countsNow !== countedBefore) this.#proceed();
    this.#onProgress();
  }

  stop(): void {
    this.#up.stop();
  }

  describe(): string {
    if (this.#dying.size > 0) return `${this.#app.id}: ${this.#dying.size} instances have not ended yet`;
    return `${this.#app.id}: ${this.#isUp.size} of ${this.#needed ?? 0} new instances are healthy and ready`;
  }

  /** Putting instances into the queue changes them, which leads back here: the count is taken when all are there. */
  #proceed(): void {
    if (this.#isLaunching) return;
    const { tracker } = this.#world;
    if (this.#dying.size > 0) return;
    const wanted = tracker.of(this.#app.id).filter(isWanted).length;
    const { launch } = scaleNow(this.#app, wanted);
    this.#needed ??= launch;
    this.#isLaunching = true;
    this.#up.launch(launch, (instanceId) => this.#started.add(instanceId));
    this.#isLaunching = false;
  }

  #count(instance: Instance): void {
    const { instanceId } = instance;
    if (!this.#started.has(instanceId)) return;
    this.#up.watch(instance);
    if (this.#up.isUp(instance)) this.#isUp.add(instanceId);
    else this.#isUp.delete(instanceId);
  }

  #recount(): void {
    for (const instanceId of this.#started) {
      const instance = this.#world.tracker.get(instanceId);
      if (instance !== undefined) this.#count(instance);
    }
    this.#onProgress();
  }

  #forget(instanceId: string): void {
    this.#dying.delete(instanceId);
    this.#started.delete(instanceId);
    this.#isUp.delete(instanceId);
  }
}

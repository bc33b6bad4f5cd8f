import type { AppDefinition } from '../definition/index.ts';
import { scaleNow } from '../plan/index.ts';
import type { Instance } from '../tracker/instance.ts';
import type { InstanceChange } from '../tracker/tracker.ts';
import type { ReadinessResult } from './readiness.ts';
import { StartedInstances } from './started.ts';
import { selectInstances } from './victims.ts';
import { type ActionRun, type DeploymentWorld, isOut, isWanted } from './world.ts';

export interface ScaleOptions {
  /** Instances that must be among the surplus. */
  readonly condemned: readonly string[];
  /** When the deployment began: what was launched before had been running before. A reading of the monotonic clock. */
  readonly since: number;
  readonly onProgress: () => void;
}

/**
 * ScaleApplication: the surplus is killed first, and when it is gone the missing ones are started.
 *
 * It is done when as many instances as were asked for run. Those that had been running before it began need no more than
 * that; those launched since, and those that waited for an offer when it began, must be healthy and ready too. (Marathon
 * looks at the instances that it starts itself, and so can tell of success while none runs.)
 */
export class ScaleRun implements ActionRun {
  readonly #world: DeploymentWorld;
  readonly #app: AppDefinition;
  readonly #options: ScaleOptions;
  readonly #up: StartedInstances;
  /** Wanted instances that are not as they should be. Kept up to date: counting 10,000 at every change would not do. */
  readonly #awaited = new Set<string>();
  /** Surplus instances that are not gone yet. */
  readonly #dying = new Set<string>();
  #hasBegun = false;
  #isLaunching = false;

  constructor(world: DeploymentWorld, app: AppDefinition, options: ScaleOptions) {
    this.#world = world;
    this.#app = app;
    this.#options = options;
    this.#up = new StartedInstances(world, app, () => this.#recount());
  }

  get isDone(): boolean {
    return this.#hasBegun && !this.#isLaunching && this.#dying.size === 0 && this.#awaited.size === 0;
  }

  get readinessResults(): readonly ReadinessResult[] {
    return this.#up.readinessResults;
  }

  start(): void {
    const { tracker, killer } = this.#world;
    const wanted = tracker.of(this.#app.id).filter(isWanted);
    const condemned = wanted.filter(({ instanceId }) => this.#options.condemned.includes(instanceId));
    const surplus = Math.max(scaleNow(this.#app, wanted.length).kill, condemned.length);
    const victims = selectInstances(this.#app, wanted, {
      count: surplus,
      condemned: this.#options.condemned,
    });
    for (const { instanceId } of victims) this.#dying.add(instanceId);
    for (const { instanceId } of victims) killer.retire(instanceId);
    for (const instance of tracker.of(this.#app.id)) this.#count(instance);
    this.#hasBegun = true;
    this.#proceed();
  }

  onInstanceChange(change: InstanceChange): void {
    const { before, after } = change;
    this.#up.onInstanceChange(change);
    if (after !== null && isOut(after)) this.#forget(after.instanceId);
    else if (after !== null) this.#count(after);
    else if (before !== null) this.#forget(before.instanceId);
    const countsNow = after !== null && isWanted(after);
    const countedBefore = before !== null && isWanted(before);
    if (after === null || isOut(after) || countsNow !== countedBefore) this.#proceed();
    this.#options.onProgress();
  }

  stop(): void {
    this.#up.stop();
  }

  describe(): string {
    const { id, instances } = this.#app;
    if (this.#dying.size > 0) return `${id}: ${this.#dying.size} instances have not ended yet`;
    return `${id}: ${instances - this.#awaited.size} of ${instances} instances are running, healthy and ready`;
  }

  /** Putting instances into the queue changes them, which leads back here: the count is taken when all are there. */
  #proceed(): void {
    if (this.#isLaunching || this.#dying.size > 0) return;
    const wanted = this.#world.tracker.of(this.#app.id).filter(isWanted).length;
    this.#isLaunching = true;
    this.#up.launch(scaleNow(this.#app, wanted).launch);
    this.#isLaunching = false;
  }

  #count(instance: Instance): void {
    const { instanceId } = instance;
    if (!isWanted(instance)) this.#awaited.delete(instanceId);
    else if (this.#isAsItShouldBe(instance)) this.#awaited.delete(instanceId);
    else this.#awaited.add(instanceId);
  }

  #isAsItShouldBe(instance: Instance): boolean {
    const { condition, stagedSince } = instance;
    if (stagedSince !== undefined && stagedSince < this.#options.since) {
      return condition === 'Running' || condition === 'Unreachable';
    }
    this.#up.watch(instance);
    return this.#up.isUp(instance);
  }

  #recount(): void {
    for (const instance of this.#world.tracker.of(this.#app.id)) this.#count(instance);
    this.#options.onProgress();
  }

  #forget(instanceId: string): void {
    this.#dying.delete(instanceId);
    this.#awaited.delete(instanceId);
  }
}

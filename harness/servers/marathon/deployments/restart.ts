import type { AppDefinition } from '../definition/index.ts';
import { isResident } from '../offers/index.ts';
import { ignite, launchNow, type RestartLimits } from '../plan/index.ts';
import { hasLiveTask, type Instance, isServing } from '../tracker/instance.ts';
import type { InstanceChange } from '../tracker/tracker.ts';
import type { ReadinessResult } from './readiness.ts';
import { StartedInstances } from './started.ts';
import { type ActionRun, type DeploymentWorld, isOut, isWanted } from './world.ts';

/**
 * RestartApplication: the instances of older versions give way to new ones, within the capacity bounds at every moment.
 *
 * Marathon's arithmetic says how many may go and come; two rules of our own keep it safe and moving. A serving instance
 * is condemned only while the others reach the minimum, also when some died meanwhile. And an update that could never
 * move (the minimum is the maximum, and old instances are unhealthy) gives up an unhealthy old one.
 */
export class RestartRun implements ActionRun {
  readonly #world: DeploymentWorld;
  readonly #app: AppDefinition;
  readonly #onProgress: () => void;
  readonly #up: StartedInstances;
  readonly #minHealthy: number;
  /** New instances that were up at least once; each condemns one old one. */
  readonly #everUp = new Set<string>();
  #limits: RestartLimits = { killNow: 0, maxCapacity: 0 };
  #condemned = 0;
  #isDone = false;
  #isProceeding = false;

  constructor(world: DeploymentWorld, app: AppDefinition, onProgress: () => void) {
    this.#world = world;
    this.#app = app;
    this.#onProgress = onProgress;
    this.#up = new StartedInstances(world, app, () => this.#look());
    this.#minHealthy = lowestServing(app);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get readinessResults(): readonly ReadinessResult[] {
    return this.#up.readinessResults;
  }

  start(): void {
    const wanted = this.#world.tracker.of(this.#app.id).filter(isWanted);
    this.#limits = ignite(this.#app, { current: wanted.length, healthy: wanted.filter(isServing).length });
    this.#world.queue.resetDelay(this.#app);
    this.#proceed();
  }

  onInstanceChange(change: InstanceChange): void {
    this.#up.onInstanceChange(change);
    this.#look();
  }

  stop(): void {
    this.#up.stop();
  }

  describe(): string {
    const { fresh, old } = this.#sort();
    const up = fresh.filter((instance) => this.#up.isUp(instance)).length;
    return `${this.#app.id}: ${up} of ${this.#app.instances} new instances are healthy and ready, ${old.length} old ones are left`;
  }

  #look(): void {
    this.#proceed();
    this.#onProgress();
  }

  /** Own moves change instances, which calls this again: one pass at a time, until nothing moves any more. */
  #proceed(): void {
    if (this.#isProceeding || this.#isDone || this.#app.instances === 0) {
      if (this.#app.instances === 0) this.#isDone = true;
      return;
    }
    this.#isProceeding = true;
    while (this.#move());
    this.#isProceeding = false;
    const { fresh, old } = this.#sort();
    const up = fresh.filter((instance) => this.#up.isUp(instance)).length;
    this.#isDone = old.length === 0 && up >= this.#app.instances;
  }

  #move(): boolean {
    const { fresh, old } = this.#sort();
    for (const instance of fresh) {
      this.#up.watch(instance);
      if (this.#up.isUp(instance)) this.#everUp.add(instance.instanceId);
    }
    const victim = this.#nextVictim(fresh, old);
    if (victim !== undefined) {
      this.#world.killer.retire(victim.instanceId);
      return true;
    }
    const launch = launchNow(this.#app, this.#limits, { started: fresh.length, oldAlive: old.length });
    if (launch > 0) {
      this.#up.launch(launch);
      return true;
    }
    return this.#loosen(fresh, old);
  }

  #nextVictim(fresh: readonly Instance[], old: readonly Instance[]): Instance | undefined {
    const wanted = old.filter((instance) => instance.goal === 'Running');
    const idle = wanted.find((instance) => !hasLiveTask(instance));
    if (idle !== undefined) return idle;
    if (this.#condemned >= this.#limits.killNow + this.#everUp.size) return undefined;
    const victim = wanted.find((instance) => !isServing(instance)) ?? wanted[0];
    if (victim === undefined) return undefined;
    if (isServing(victim) && this.#countServing(fresh, wanted) <= this.#minHealthy) return undefined;
    this.#condemned++;
    return victim;
  }

  /** When every new instance is up, nothing dies and nothing may come or go, the bounds themselves are in the way. */
  #loosen(fresh: readonly Instance[], old: readonly Instance[]): boolean {
    const isWaiting = old.length === 0 || old.some((instance) => instance.goal !== 'Running');
    if (isWaiting || fresh.some((instance) => !this.#up.isUp(instance))) return false;
    const isIdle = fresh.length < this.#app.instances;
    if (!isIdle) return false;
    const unhealthy = old.find((instance) => !isServing(instance));
    if (unhealthy === undefined) {
      this.#limits = { ...this.#limits, maxCapacity: this.#limits.maxCapacity + 1 };
    } else {
      this.#world.killer.retire(unhealthy.instanceId);
    }
    return true;
  }

  #countServing(fresh: readonly Instance[], old: readonly Instance[]): number {
    return old.filter(isServing).length + fresh.filter((instance) => this.#up.isUp(instance)).length;
  }

  /** Old ones count until they are gone or stopped; new ones that were taken away no longer do. */
  #sort(): { readonly fresh: readonly Instance[]; readonly old: readonly Instance[] } {
    const all = this.#world.tracker.of(this.#app.id);
    return {
      fresh: all.filter((instance) => instance.version === this.#app.version && isWanted(instance)),
      old: all.filter((instance) => instance.version !== this.#app.version && !isOut(instance)),
    };
  }
}

/** Apps with persistent volumes have no room for an instance more, so they go one below. */
function lowestServing(app: AppDefinition): number {
  const { instances, upgradeStrategy } = app;
  const minimum = Math.ceil(instances * upgradeStrategy.minimumHealthCapacity);
  const most = Math.floor(instances * (1 + upgradeStrategy.maximumOverCapacity));
  return isResident(app) && minimum === most ? minimum - 1 : minimum;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../../plumbing/clock.ts';
import type { Group, Outcome, PathId, Timestamp } from '../definition/index.ts';
import { Engine } from '../engine.ts';
import type { TreeChange } from '../group/index.ts';
import { FakeMesos } from './fake-mesos.ts';

export const hosts = ['one.test', 'two.test', 'three.test'] as const;

/** Virtual time that everything is given to come to rest: enough for lost agents, backoff and reconciliation. */
const patienceMs = 1_800_000;
/** The engine compares counts with definitions this often. */
const countCheckMs = 300_000;
const checkEveryMs = 200;
/** Rest must last: the last messages to and from Mesos may still be under way when the engine has nothing left to do. */
const calmChecks = 10;

/** The engine on a fake Mesos, in virtual time, with dice that `seed` decides. */
export class Simulation implements AsyncDisposable {
  readonly mesos = new FakeMesos(hosts.map((hostname) => ({ hostname, cpus: 100, mem: 100_000 })));
  readonly clock = new VirtualClock(Date.parse('2026-01-01T00:00:00.000Z'));
  readonly #stateDir = mkdtempSync(join(tmpdir(), 'stagegate-simulation-'));
  readonly #lost = new Set<string>();
  #state: number;
  #engine: Engine;

  constructor(seed: number) {
    this.#state = seed;
    this.#engine = this.#open();
  }

  get engine(): Engine {
    return this.#engine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#engine.stop();
    rmSync(this.#stateDir, { recursive: true, force: true });
  }

  /** A number from 0 up to, and without, `bound`. */
  dice(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * bound);
  }

  /** Changes the tree whatever is under way; a change that is refused changes nothing. */
  change(make: (root: Group, now: Timestamp) => Outcome<TreeChange>): void {
    this.#engine.tree.change(make, { force: true });
  }

  /** The framework dies and starts again with what it wrote down. */
  restart(): void {
    this.#engine.stop();
    this.#engine = this.#open();
  }

  loseOrReturn(host: string): void {
    if (this.#lost.delete(host)) {
      this.mesos.returnAgent(host);
    } else {
      this.#lost.add(host);
      this.mesos.loseAgent(host);
    }
  }

  /** Ids of the tasks of an app that have not ended. */
  tasksOf(app: PathId): readonly string[] {
    const prefix = `${app.slice(1).replaceAll('/', '_')}.`;
    return [...this.mesos.tasks.keys()].filter((id) => id.startsWith(prefix));
  }

  /**
   * Every agent comes back, and time goes on until no deployment runs, nothing waits, nothing is being killed, and the
   * counts have been looked at once more: what a cancelled deployment left over is only seen then.
   *
   * @throws Error when that takes too long.
   */
  async comeToRest(): Promise<void> {
    for (const host of [...this.#lost]) this.loseOrReturn(host);
    await this.#calmDown();
    await this.clock.advance(countCheckMs);
    await this.#calmDown();
  }

  async #calmDown(): Promise<void> {
    const until = this.clock.now() + patienceMs;
    for (let calm = 0; calm < calmChecks; calm++) {
      if (this.clock.now() > until) throw new Error(`it never came to rest: ${this.#unrest()}`);
      await this.clock.advance(checkEveryMs);
      if (this.#unrest() !== '') calm = 0;
    }
  }

  #unrest(): string {
    const { deployments, queue, tracker } = this.#engine;
    const restless = [...tracker.all()].filter(
      (one) => one.condition !== 'Running' || one.goal !== 'Running',
    );
    return [
      ...deployments.running.map(({ plan }) => `deployment of ${plan.affectedApps.join()}`),
      ...queue.list().map(({ app, count }) => `${count} of ${app.id} queued`),
      ...restless.map(({ instanceId, condition, goal }) => `${instanceId} ${condition}, to be ${goal}`),
    ].join('; ');
  }

  #open(): Engine {
    const engine = new Engine({
      connection: this.mesos,
      stateDir: this.#stateDir,
      clock: this.clock,
      prober: () => Promise.reject(new Error('no such check here')),
      readinessProber: () => Promise.reject(new Error('no such check here')),
      secrets: {},
      deploymentDeadline: { seconds: undefined, label: undefined },
      identity: { name: 'simulation', user: 'me' },
      onLog: () => {},
      random: (bound) => this.dice(bound),
    });
    engine.start();
    return engine;
  }
}

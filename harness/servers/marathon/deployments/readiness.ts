import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type { ReadinessCheck } from '../definition/index.ts';
import type { Instance } from '../tracker/instance.ts';
import type { InstanceTracker } from '../tracker/tracker.ts';
import { type ProbeTarget, readinessTarget } from '../views/index.ts';

export interface ReadinessResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** As the API prints it in `currentActions`. */
export interface ReadinessResult {
  readonly name: string;
  readonly taskId: string;
  readonly ready: boolean;
  readonly lastResponse?: { readonly status: number; readonly contentType: string; readonly body: string };
}

/** Never rejects: a task that cannot be reached answers 504. */
export type ReadinessProber = (target: ProbeTarget, check: ReadinessCheck) => Promise<ReadinessResponse>;

export interface ReadinessOptions {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly prober: ReadinessProber;
  /** A task has become ready, or an answer that is to be shown has changed. */
  readonly onResult: () => void;
}

/** Asks the tasks that an action started whether they are ready, until each has said so once. */
export class Readiness {
  readonly #options: ReadinessOptions;
  readonly #results = new Map<string, ReadinessResult>();
  readonly #timers = new Map<string, Timer>();
  #stopped = false;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  get results(): readonly ReadinessResult[] {
    return [...this.#results.values()];
  }

  isReady(instance: Instance): boolean {
    if (instance.app.readinessChecks.length === 0) return true;
    return this.#results.get(instance.taskId ?? '')?.ready === true;
  }

  /** Begins to ask a task that runs; the answers of the instance's earlier tasks are forgotten. */
  watch(instance: Instance): void {
    const [check] = instance.app.readinessChecks;
    const { taskId } = instance;
    if (check === undefined || taskId === undefined || instance.condition !== 'Running') return;
    if (this.#results.has(taskId)) return;
    this.#results.set(taskId, { name: check.name, taskId, ready: false });
    void this.#ask(instance, check, taskId);
  }

  forget(taskId: string): void {
    this.#timers.get(taskId)?.cancel();
    this.#timers.delete(taskId);
    this.#results.delete(taskId);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
  }

  async #ask(instance: Instance, check: ReadinessCheck, taskId: string): Promise<void> {
    const target = readinessTarget(instance.app, check, instance);
    const response =
      target === undefined
        ? { status: 504, contentType: 'text/plain', body: 'the task has no such port' }
        : await this.#options.prober(target, check);
    if (this.#stopped || !this.#results.has(taskId)) return;
    const ready = check.httpStatusCodesForReady.includes(response.status);
    this.#results.set(taskId, {
      name: check.name,
      taskId,
      ready,
      ...(check.preserveLastResponse ? { lastResponse: response } : {}),
    });
    if (!ready) {
      const again = this.#options.clock.after(check.intervalSeconds * 1000, () => {
        const current = this.#options.tracker.get(instance.instanceId);
        if (current?.taskId === taskId) void this.#ask(current, check, taskId);
      });
      this.#timers.set(taskId, again);
    }
    this.#options.onResult();
  }
}

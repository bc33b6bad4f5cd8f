import { type Clock, every, type Timer } from '../../../plumbing/clock.ts';
import type { TaskStatus } from '../../mesos/v1.ts';
import type { AppDefinition, HealthCheck, PathId } from '../definition/index.ts';
import type { EventBus } from '../events/bus.ts';
import type { Instance } from '../tracker/instance.ts';
import type { InstanceChange, InstanceTracker } from '../tracker/tracker.ts';
import { type HealthResult, healthTarget } from '../views/index.ts';
import type { ProbeFinding, Prober } from './probe.ts';
import { afterOutcome, type ProbeOutcome } from './result.ts';

const longestFirstRoundMs = 5_000;
/** The first look at a task that has just begun to run; later ones are twice as far apart each. */
const firstLookMs = 20;

export interface HealthMonitorOptions {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly bus: EventBus;
  readonly prober: Prober;
  /** A task has failed Marathon's own checks once too often. */
  readonly onUnhealthy: (instance: Instance, cause: string) => void;
}

interface Known {
  readonly taskId: string | undefined;
  /** By the check's place in the definition. */
  readonly results: (HealthResult | undefined)[];
}

/** Makes Marathon's own checks and keeps what is known about the health of every task, whoever checks it. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  /** Rounds under way, by app and then by version. */
  readonly #rounds = new Map<PathId, Map<string, readonly Timer[]>>();
  readonly #known = new Map<string, Known>();

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
  }

  /** Begins the rounds of this version's checks; does nothing when they are under way. */
  activate(app: AppDefinition): void {
    const ofApp = this.#rounds.get(app.id) ?? new Map<string, readonly Timer[]>();
    if (ofApp.has(app.version)) return;
    for (const healthCheck of app.healthChecks) {
      this.#options.bus.publish({
        eventType: 'add_health_check_event',
        appId: app.id,
        healthCheck,
        version: app.version,
      });
    }
    const timers = app.healthChecks.flatMap((check, index) =>
      isOurs(check) ? [this.#startRounds(app, check, index)] : [],
    );
    this.#rounds.set(app.id, ofApp.set(app.version, timers));
  }

  /** Takes up what was known before the framework was restarted: the old word counts until there is a newer one. */
  restore({ instanceId, taskId, app, health }: Instance): void {
    if (health.length === app.healthChecks.length)
      this.#known.set(instanceId, { taskId, results: [...health] });
  }

  /** Ends the checks of all versions. */
  deactivate(app: AppDefinition): void {
    for (const timers of this.#rounds.get(app.id)?.values() ?? []) cancelAll(timers);
    if (!this.#rounds.delete(app.id)) return;
    for (const _ of app.healthChecks) {
      this.#options.bus.publish({ eventType: 'remove_health_check_event', appId: app.id });
    }
  }

  /** Ends the rounds of versions that no instance runs any more. */
  retire(current: AppDefinition): void {
    const used = new Set(this.#options.tracker.of(current.id).map((instance) => instance.version));
    for (const [version, timers] of this.#rounds.get(current.id) ?? []) {
      if (version === current.version || used.has(version)) continue;
      cancelAll(timers);
      this.#rounds.get(current.id)?.delete(version);
    }
  }

  stop(): void {
    for (const ofApp of this.#rounds.values()) for (const timers of ofApp.values()) cancelAll(timers);
    this.#rounds.clear();
  }

  onInstanceChange({ before, after }: InstanceChange): void {
    if (after === null) {
      this.#known.delete(before?.instanceId ?? '');
      return;
    }
    if (after.condition === 'Running' && before?.condition !== 'Running') this.#lookSoon(after);
  }

  /** The instance with what its executor's check found. */
  withMesosHealth(instance: Instance, { healthy, reason, message }: TaskStatus): Instance {
    if (healthy === undefined) return instance;
    const outcome: ProbeOutcome = healthy
      ? { kind: 'healthy' }
      : { kind: 'unhealthy', cause: message ?? 'the executor reported the task unhealthy' };
    const isRepeated = reason === 'REASON_RECONCILIATION';
    let after = instance;
    for (const [index, check] of instance.app.healthChecks.entries()) {
      if (isOurs(check)) continue;
      const known = this.#resultsOf(after)[index];
      if (isRepeated && known?.alive === healthy) continue;
      if (outcome.kind === 'unhealthy' && this.#isInGrace(after, check, known)) continue;
      after = this.#note(after, index, outcome);
    }
    return after;
  }

  #startRounds(app: AppDefinition, check: HealthCheck, index: number): Timer {
    const { clock, tracker } = this.#options;
    const intervalMs = check.intervalSeconds * 1000;
    const round = (): void => {
      for (const instance of tracker.of(app.id)) {
        if (instance.version === app.version && instance.condition === 'Running') {
          void this.#examine(instance, check, index);
        }
      }
    };
    let rounds: Timer | null = null;
    const first = clock.after(Math.min(intervalMs, longestFirstRoundMs), () => {
      rounds = every(clock, intervalMs, round);
      round();
    });
    return {
      cancel: () => {
        first.cancel();
        rounds?.cancel();
      },
    };
  }

  /**
   * Looks at a task as soon as it runs instead of waiting for the next round, so that deployments end when it is
   * healthy. Only while failures would be ignored anyway: nobody can tell a look that failed from none.
   */
  #lookSoon(instance: Instance): void {
    for (const [index, check] of instance.app.healthChecks.entries()) {
      if (isOurs(check)) this.#look(instance, { check, index, delayMs: firstLookMs });
    }
  }

  #look(instance: Instance, look: { check: HealthCheck; index: number; delayMs: number }): void {
    const { check, index, delayMs } = look;
    if (delayMs >= check.intervalSeconds * 1000) return;
    this.#options.clock.after(delayMs, async () => {
      const current = this.#sameTask(instance);
      if (current?.condition !== 'Running') return;
      if (!this.#isInGrace(current, check, this.#resultsOf(current)[index])) return;
      await this.#examine(current, check, index);
      this.#look(instance, { check, index, delayMs: delayMs * 2 });
    });
  }

  async #examine(instance: Instance, check: HealthCheck, index: number): Promise<void> {
    const target = healthTarget(instance.app, check, instance);
    if (target === undefined) return;
    const finding = await this.#options.prober(target, check);
    const current = this.#sameTask(instance);
    if (current?.condition === 'Running') this.#judge(current, index, finding);
  }

  #judge(instance: Instance, index: number, finding: ProbeFinding): void {
    const check = instance.app.healthChecks[index];
    if (finding.kind === 'ignored' || check === undefined) return;
    const known = this.#resultsOf(instance)[index];
    if (finding.kind === 'unhealthy') {
      if (this.#isInGrace(instance, check, known)) return;
      this.#options.bus.publish({
        eventType: 'failed_health_check_event',
        appId: instance.appId,
        healthCheck: check,
        taskId: instance.instanceId,
      });
    }
    const after = this.#note(instance, index, finding);
    const isAlive = finding.kind === 'healthy';
    if ((known?.alive ?? false) !== isAlive) {
      const { appId, instanceId, version } = instance;
      this.#options.bus.publish({
        eventType: 'health_status_changed_event',
        appId,
        instanceId,
        version,
        alive: isAlive,
      });
    }
    this.#options.tracker.put(after);
    if (finding.kind === 'healthy') return;
    // Marathon compares the count from before this failure: with a maximum of 3 the fourth failure kills.
    const failures = known?.consecutiveFailures ?? 0;
    if (check.maxConsecutiveFailures > 0 && failures >= check.maxConsecutiveFailures) {
      this.#options.onUnhealthy(after, finding.cause);
    }
  }

  #note(instance: Instance, index: number, outcome: ProbeOutcome): Instance {
    const results = this.#resultsOf(instance);
    results[index] = afterOutcome(instance.instanceId, results[index], outcome, this.#options.clock.now());
    return { ...instance, health: results.filter((result) => result !== undefined) };
  }

  /** Failures are ignored while the task has never been healthy and is still within its grace period. */
  #isInGrace(instance: Instance, check: HealthCheck, known: HealthResult | undefined): boolean {
    if (known?.firstSuccess !== undefined || instance.startedSince === undefined) return false;
    const runsForMs = this.#options.clock.monotonic() - instance.startedSince;
    return runsForMs < check.gracePeriodSeconds * 1000;
  }

  #resultsOf({ instanceId, taskId, app }: Instance): (HealthResult | undefined)[] {
    const known = this.#known.get(instanceId);
    if (known !== undefined && known.taskId === taskId) return known.results;
    const results = app.healthChecks.map(() => undefined);
    this.#known.set(instanceId, { taskId, results });
    return results;
  }

  #sameTask({ instanceId, taskId }: Instance): Instance | undefined {
    const current = this.#options.tracker.get(instanceId);
    return current?.taskId === taskId ? current : undefined;
  }
}

/** Checks that Marathon makes; the others are made by the executor. */
function isOurs({ protocol }: HealthCheck): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS' || protocol === 'TCP';
}

function cancelAll(timers: readonly Timer[]): void {
  for (const timer of timers) timer.cancel();
}

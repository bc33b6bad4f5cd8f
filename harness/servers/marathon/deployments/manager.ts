import type { AppDefinition, PathId } from '../definition/index.ts';
import { type DeploymentPlan, renderPlan } from '../plan/index.ts';
import type { InstanceChange } from '../tracker/tracker.ts';
import { Deployment } from './deployment.ts';
import type { DeploymentWorld } from './world.ts';

const overriddenReason = 'The upgrade has been cancelled';

/** After how long a deployment that has not succeeded is ended. */
export interface DeadlineOptions {
  /** For plans whose apps have no label of their own; undefined: no deadline, as with Marathon. */
  readonly seconds: number | undefined;
  /** The label in which an app gives its own number of seconds; undefined: apps give none. */
  readonly label: string | undefined;
}

export interface DeploymentManagerOptions {
  readonly world: DeploymentWorld;
  readonly deadline: DeadlineOptions;
  /** Called when a deployment has ended, however it did. */
  readonly onEnded: (plan: DeploymentPlan) => void;
}

/** The running deployments. Which may start beside which is asked of the plans; the caller has asked before. */
export class DeploymentManager {
  readonly #options: DeploymentManagerOptions;
  readonly #running = new Map<string, Deployment>();
  /** No two running deployments share an app. */
  readonly #byApp = new Map<PathId, Deployment>();
  #isHeld = false;

  constructor(options: DeploymentManagerOptions) {
    this.#options = options;
  }

  get running(): readonly Deployment[] {
    return [...this.#running.values()];
  }

  get(id: string): Deployment | undefined {
    return this.#running.get(id);
  }

  /** Those that share an app with the plan. */
  conflictsOf(plan: DeploymentPlan): readonly Deployment[] {
    return [...new Set(plan.affectedApps.flatMap((appId) => this.#byApp.get(appId) ?? []))];
  }

  touching(appId: PathId): Deployment | undefined {
    return this.#byApp.get(appId);
  }

  /**
   * Cancels what is in the way, and begins once the caller's turn of the event loop is over. `since`: when the deployment
   * began, by the monotonic clock.
   */
  start(plan: DeploymentPlan, since: number): void {
    for (const { plan: other } of this.conflictsOf(plan)) this.cancel(other.id, overriddenReason);
    const deployment = new Deployment({
      world: this.#options.world,
      plan,
      since,
      deadlineMs: this.#deadlineMs(plan),
      onSuccess: () => this.#succeed(plan),
      onDeadline: (reason) => this.cancel(plan.id, reason),
    });
    this.#running.set(plan.id, deployment);
    for (const appId of plan.affectedApps) this.#byApp.set(appId, deployment);
    queueMicrotask(() => {
      if (!this.#isHeld && this.#running.get(plan.id) === deployment) deployment.start();
    });
  }

  /** Takes deployments on but begins none, until {@link release}. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    for (const deployment of this.running) deployment.start();
  }

  /** Ends it where it is. */
  cancel(id: string, reason = overriddenReason): void {
    const deployment = this.#running.get(id);
    if (deployment === undefined) return;
    deployment.stop();
    this.#remove(deployment.plan);
    this.announceFailure(deployment.plan, reason);
    this.#options.onEnded(deployment.plan);
  }

  announceFailure(plan: DeploymentPlan, reason: string): void {
    this.#options.world.bus.publish({
      eventType: 'deployment_failed',
      id: plan.id,
      plan: renderPlan(plan),
      reason,
    });
  }

  onInstanceChange(change: InstanceChange): void {
    const appId = (change.after ?? change.before)?.appId ?? '';
    this.#byApp.get(appId)?.onInstanceChange(change);
  }

  stop(): void {
    for (const deployment of this.#running.values()) deployment.stop();
  }

  #succeed(plan: DeploymentPlan): void {
    this.#remove(plan);
    this.#options.onEnded(plan);
    this.#options.world.bus.publish({
      eventType: 'deployment_success',
      id: plan.id,
      plan: renderPlan(plan),
    });
  }

  #remove(plan: DeploymentPlan): void {
    this.#running.delete(plan.id);
    for (const appId of plan.affectedApps) this.#byApp.delete(appId);
  }

  /** The longest that any app of the plan asks for: one app's patience must not be cut short by another's haste. */
  #deadlineMs(plan: DeploymentPlan): number | undefined {
    const apps = plan.steps.flatMap((step) => step.actions.map((action) => action.app));
    const { label, seconds: usual } = this.#options.deadline;
    const labelled = label === undefined ? [] : apps.flatMap((app) => secondsOf(app, label) ?? []);
    const seconds = labelled.length > 0 ? Math.max(...labelled) : usual;
    return seconds === undefined ? undefined : seconds * 1000;
  }
}

function secondsOf({ labels }: AppDefinition, label: string): number | undefined {
  const seconds = Number(labels[label]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

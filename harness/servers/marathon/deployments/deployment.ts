import type { Timer } from '../../../plumbing/clock.ts';
import type { PathId } from '../definition/index.ts';
import { type DeploymentAction, type DeploymentPlan, renderAction, renderPlan } from '../plan/index.ts';
import type { InstanceChange } from '../tracker/tracker.ts';
import type { ReadinessResult } from './readiness.ts';
import { RestartRun } from './restart.ts';
import { ScaleRun } from './scale.ts';
import { StopRun } from './stop.ts';
import type { ActionRun, DeploymentWorld } from './world.ts';

export interface DeploymentOptions {
  readonly world: DeploymentWorld;
  readonly plan: DeploymentPlan;
  /** When it began, in an earlier process perhaps: a reading of the monotonic clock. */
  readonly since: number;
  /** Ends the deployment when it has not succeeded by then. */
  readonly deadlineMs: number | undefined;
  readonly onSuccess: () => void;
  readonly onDeadline: (reason: string) => void;
}

/** A plan being carried out: its steps one after another, the actions of a step side by side. */
export class Deployment {
  readonly plan: DeploymentPlan;
  readonly #options: DeploymentOptions;
  readonly #runs = new Map<PathId, { readonly action: DeploymentAction; readonly run: ActionRun }>();
  /** The step under way, counted from 1; 0 before the first. */
  #step = 0;
  #deadline: Timer | null = null;
  #isEnded = false;
  #isAdvancing = false;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.plan = options.plan;
  }

  /** Does nothing when it is under way. */
  start(): void {
    if (this.#step > 0) return;
    const { world, deadlineMs, onDeadline } = this.#options;
    if (deadlineMs !== undefined) {
      this.#deadline = world.clock.after(deadlineMs, () => onDeadline(this.#lateness(deadlineMs)));
    }
    this.#beginStep();
  }

  /** Ends it where it is: what it started stays. */
  stop(): void {
    this.#isEnded = true;
    this.#deadline?.cancel();
    for (const { run } of this.#runs.values()) run.stop();
  }

  onInstanceChange(change: InstanceChange): void {
    const appId = (change.after ?? change.before)?.appId ?? '';
    const running = this.#runs.get(appId);
    if (running !== undefined && !running.run.isDone) running.run.onInstanceChange(change);
  }

  /** As `GET /v2/deployments` prints it. */
  render(): Readonly<Record<string, unknown>> {
    return {
      ...renderPlan(this.plan),
      affectedApps: this.plan.affectedApps,
      affectedPods: [],
      currentActions: [...this.#runs.values()].map(({ action, run }) => ({
        ...renderAction(action),
        readinessCheckResults: run.readinessResults,
      })),
      currentStep: this.#step,
      totalSteps: this.plan.steps.length,
    };
  }

  readinessResults(appId: PathId): readonly ReadinessResult[] {
    return this.#runs.get(appId)?.run.readinessResults ?? [];
  }

  #beginStep(): void {
    const step = this.plan.steps[this.#step];
    if (step === undefined) {
      this.stop();
      this.#options.onSuccess();
      return;
    }
    this.#step++;
    this.#announce('deployment_info');
    const { world } = this.#options;
    for (const action of step.actions) {
      if (action.kind !== 'StopApplication') world.health.activate(action.app);
      this.#runs.set(action.app.id, { action, run: this.#runOf(action) });
    }
    // Starting one action can end the deployment of another listener's doing; the list is fixed before.
    this.#isAdvancing = true;
    for (const { run } of [...this.#runs.values()]) run.start();
    this.#isAdvancing = false;
    this.#advance();
  }

  #runOf(action: DeploymentAction): ActionRun {
    const { world } = this.#options;
    const onProgress = (): void => this.#advance();
    switch (action.kind) {
      case 'StartApplication':
        return startsNothing;
      case 'ScaleApplication':
        return new ScaleRun(world, action.app, {
          condemned: action.condemned,
          since: this.#options.since,
          onProgress,
        });
      case 'RestartApplication':
        return new RestartRun(world, action.app, onProgress);
      case 'StopApplication':
        return new StopRun(world, action.app, onProgress);
      default:
        return unreachable(action);
    }
  }

  #advance(): void {
    if (this.#isEnded || this.#isAdvancing) return;
    for (const { run } of this.#runs.values()) if (!run.isDone) return;
    for (const { run } of this.#runs.values()) run.stop();
    this.#announce('deployment_step_success');
    this.#runs.clear();
    this.#beginStep();
  }

  #announce(eventType: 'deployment_info' | 'deployment_step_success'): void {
    const plan = renderPlan(this.plan);
    const currentStep = plan.steps[this.#step - 1] ?? { actions: [] };
    this.#options.world.bus.publish({ eventType, plan, currentStep });
  }

  #lateness(deadlineMs: number): string {
    const waiting = [...this.#runs.values()].filter(({ run }) => !run.isDone);
    const details = waiting.map(({ run }) => run.describe()).join('; ');
    return `the deadline of ${deadlineMs / 1000} s has passed; ${details}`;
  }
}

/** StartApplication is only for the record: the scaling that follows starts the instances. */
const startsNothing: ActionRun = {
  start: () => {},
  onInstanceChange: () => {},
  stop: () => {},
  isDone: true,
  describe: () => '',
  readinessResults: [],
};

function unreachable(action: never): never {
  throw new Error(`unknown action ${JSON.stringify(action)}`);
}

import type { Group, PathId, Timestamp } from '../definition/index.ts';
import type { DeploymentAction, DeploymentPlan } from './types.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

/** The steps from one settled tree to another. `condemned`: instances that kill-and-scale chose, by app. */
export function planDeployment(_options: {
  readonly id: string;
  readonly version: Timestamp;
  readonly from: Group;
  readonly to: Group;
  readonly condemned?: Readonly<Record<PathId, readonly string[]>>;
}): DeploymentPlan {
  return notWritten();
}

/** Whether two plans share an app. */
export function conflictsWith(_a: DeploymentPlan, _b: DeploymentPlan): boolean {
  return notWritten();
}

export function affects(_plan: DeploymentPlan, _app: PathId): boolean {
  return notWritten();
}

/** The tree that undoes `plan` in `current`: only the apps and groups it changed are reset. Settle it before planning. */
export function revertPlan(_plan: DeploymentPlan, _current: Group, _now: Timestamp): Group {
  return notWritten();
}

/** `{action, app}`, as plans, steps and events print it. */
export function renderAction(_action: DeploymentAction): { readonly action: string; readonly app: PathId } {
  return notWritten();
}

export function renderSteps(_plan: DeploymentPlan): readonly { readonly actions: readonly unknown[] }[] {
  return notWritten();
}

/** `{id, version, steps}`, as events carry it. */
export function renderPlan(_plan: DeploymentPlan): {
  readonly id: string;
  readonly version: Timestamp;
  readonly steps: readonly { readonly actions: readonly unknown[] }[];
} {
  return notWritten();
}

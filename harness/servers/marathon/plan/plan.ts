import {
  type AppDefinition,
  type Group,
  hasOnlyScaled,
  hasSameDefinition,
  type PathId,
  type Timestamp,
} from '../definition/index.ts';
import { appsBelow, dependenciesOf, depthsOf } from '../group/index.ts';
import type { DeploymentAction, DeploymentPlan, DeploymentStep } from './types.ts';

/**
 * The steps from one settled tree to another. `condemned`: instances that kill-and-scale chose, by app. A tree that is not
 * settled shows every app that was named as changed, which is what a dry run prints.
 */
export function planDeployment(options: {
  readonly id: string;
  readonly version: Timestamp;
  readonly from: Group;
  readonly to: Group;
  readonly condemned?: Readonly<Record<PathId, readonly string[]>>;
}): DeploymentPlan {
  const { id, version, from, to, condemned = {} } = options;
  const before = byId(from);
  const after = byId(to);
  const gone = [...before.values()].filter((app) => !after.has(app.id));
  const fresh = [...after.values()].filter((app) => !before.has(app.id));
  const steps: readonly DeploymentStep[] = [
    { actions: gone.map((app) => ({ kind: 'StopApplication', app })) },
    { actions: fresh.map((app) => ({ kind: 'StartApplication', app })) },
    ...inOrderOfDependencies(to, (app) => actionFor(before.get(app.id), app, condemned[app.id] ?? [])),
  ];
  const taken = steps.filter((step) => step.actions.length > 0);
  const affectedApps = [...new Set(taken.flatMap((step) => step.actions.map((action) => action.app.id)))];
  return { id, version, original: from, target: to, steps: taken, affectedApps };
}

/** Whether two plans share an app. */
export function conflictsWith(a: DeploymentPlan, b: DeploymentPlan): boolean {
  return a.affectedApps.some((app) => affects(b, app));
}

/** Whether the plan holds the app's lock. */
export function affects(plan: DeploymentPlan, app: PathId): boolean {
  return plan.affectedApps.includes(app);
}

/** `{action, app}`, as plans, steps and events print it. */
export function renderAction(action: DeploymentAction): { readonly action: string; readonly app: PathId } {
  return { action: action.kind, app: action.app.id };
}

/** `{actions}`, as events carry the current step. */
export function renderStep(step: DeploymentStep): {
  readonly actions: readonly { readonly action: string; readonly app: PathId }[];
} {
  return { actions: step.actions.map(renderAction) };
}

/** The steps as dry runs, listings and events print them. */
export function renderSteps(plan: DeploymentPlan): readonly ReturnType<typeof renderStep>[] {
  return plan.steps.map(renderStep);
}

/** `{id, version, steps}`, as events carry it. */
export function renderPlan(plan: DeploymentPlan): {
  readonly id: string;
  readonly version: Timestamp;
  readonly steps: readonly ReturnType<typeof renderStep>[];
} {
  return { id: plan.id, version: plan.version, steps: renderSteps(plan) };
}

function byId(root: Group): ReadonlyMap<PathId, AppDefinition> {
  return new Map(appsBelow(root).map((app) => [app.id, app]));
}

/** One step per depth, shallow first. Dependencies on apps that do not change count as well. */
function inOrderOfDependencies(
  to: Group,
  actionFor: (app: AppDefinition) => DeploymentAction | undefined,
): readonly DeploymentStep[] {
  const actions = appsBelow(to).flatMap((app) => actionFor(app) ?? []);
  if (actions.length < 2) return [{ actions }];
  const depths = depthsOf(dependenciesOf(to));
  const depthOf = (id: PathId): number => (depths === 'cyclic' ? 0 : (depths.get(id) ?? 0));
  const byDepth = Map.groupBy(actions, (action) => depthOf(action.app.id));
  return [...byDepth]
    .toSorted(([a], [b]) => a - b)
    .map(([, sameDepth]): DeploymentStep => ({ actions: sameDepth }));
}

function actionFor(
  before: AppDefinition | undefined,
  app: AppDefinition,
  condemned: readonly string[],
): DeploymentAction | undefined {
  if (before === undefined) return { kind: 'ScaleApplication', app, condemned: [] };
  if (before === app || (before.version === app.version && hasSameDefinition(before, app))) return undefined;
  if (hasOnlyScaled(before, app) || app.instances === 0) return { kind: 'ScaleApplication', app, condemned };
  return { kind: 'RestartApplication', app };
}

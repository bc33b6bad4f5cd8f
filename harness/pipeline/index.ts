export { openWorld, type WorldOptions } from './open-world.ts';
export { makePlan, type Plan, type Planned, type RunRequest, type Step } from './plan.ts';
export { type FinishedRun, runPlan } from './run-plan.ts';
export { hashSources } from './sources.ts';
export type { Deployed, DeployOrder, StageOrder, World } from './world.ts';

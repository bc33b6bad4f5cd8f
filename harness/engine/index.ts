export { type CriticalPath, criticalPath, type DurationOf } from './critical-path.ts';
export { fingerprintOf } from './fingerprint.ts';
export { type Forecast, forecast } from './forecast.ts';
export { loadKinds } from './load-kinds.ts';
export {
  type EngineListener,
  type EngineOptions,
  type FinishedPlan,
  runPlan,
  type StepRun,
} from './run-plan.ts';
export type { InputSet, Step, StepEnd, StepKind, StepKinds } from './step.ts';

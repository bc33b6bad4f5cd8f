export { type KillCandidate, selectVictims } from './kill-selection.ts';
export { afterLaunch, afterTaskEnded, isForgotten, type LaunchDelay, timeLeftMs } from './launch-delay.ts';
export {
  affects,
  conflictsWith,
  planDeployment,
  renderAction,
  renderPlan,
  renderStep,
  renderSteps,
} from './plan.ts';
export { ignite, launchNow, type RestartLimits, scaleNow } from './restart.ts';
export { revertPlan } from './revert-plan.ts';
export type * from './types.ts';

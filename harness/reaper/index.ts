export { claimRun, type RunClaim } from './claim-run.ts';
export { type KeepRules, sweepHalfDone, sweepOld } from './leftovers.ts';
export { liveRuns } from './live-runs.ts';
export { runsFolder } from './run-folder.ts';
export { type Swept, sweepDeadRuns } from './sweep.ts';

export { claimRun, type RunClaim } from './claim-run.ts';
export { type Swept, sweepDeadRuns } from './sweep.ts';

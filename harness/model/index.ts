export type { Artifact } from './artifact.ts';
export { type ErrorCode, errorHints, exitCodeOf, exitCodes, StagegateError, unreachable } from './errors.ts';
export type {
  Reporter,
  RunCluster,
  RunEnvironment,
  RunEvent,
  RunRecord,
  RunService,
  StepOutcome,
  StepRecord,
} from './run.ts';
export {
  type Digest,
  type RuntimeName,
  type StageName,
  type StageResult,
  stageNames,
  type TestCase,
  type TestCounts,
} from './stage.ts';
export type { CheckName, CheckResult, Placement, Verdict, VerdictKind } from './verdict.ts';

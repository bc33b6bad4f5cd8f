export type { Artifact } from './artifact.ts';
export { type Cause, type Control, type ControlRound, controlSentence, type Incident } from './cause.ts';
export type { ConsumerPact, ContractOutcome, ContractResult, InteractionResult } from './contract.ts';
export { type Digest, isDigest } from './digest.ts';
export { type ErrorCode, errorHints, exitCodeOf, exitCodes, StagegateError, unreachable } from './errors.ts';
export {
  type ApprovalRule,
  type CustomCheck,
  type CustomQuestion,
  defaultRules,
  type GateRules,
  type ObservationRule,
  type Quarantine,
  type Roles,
  type TimeWindow,
  type Weekday,
  weekdays,
} from './gate-rules.ts';
export { dependenciesOf, neighboursOf, type Topology, topologyOf } from './neighbours.ts';
export { type Outcome, worstOf } from './outcome.ts';
export type { BundleRecipe, ImageRecipe, Recipe, SecretSource } from './recipe.ts';
export type {
  Reporter,
  Reused,
  RunCluster,
  RunEnvironment,
  RunEvent,
  RunRecord,
  RunService,
  StepOutcome,
  StepRecord,
} from './run.ts';
export {
  type RuntimeName,
  type StageName,
  type StageResult,
  stageNames,
  type TestCase,
  type TestCounts,
} from './stage.ts';
export { type StoreKind, type StoreSpec, type StoreWait, storeKinds, usualStoreImages } from './store.ts';
export type {
  ChangeCommit,
  FailingSince,
  PromotedVersion,
  RunStory,
  ServiceChange,
  TrendPoint,
} from './story.ts';
export type { CommandSuite, FolderSuite, ProviderVerifying, Suite, Suites } from './suite.ts';
export type { Call, EnvironmentView, Move, ServicePlace, SystemView } from './system-view.ts';
export type { CheckResult, Debt, Placement, Verdict, VerdictKind } from './verdict.ts';
export { counted, duration, firstLine, shortDigest, timeOfDay } from './wording.ts';

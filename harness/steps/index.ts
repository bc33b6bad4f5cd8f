export type {
  AnsweredRequest,
  DeployedApp,
  DeployOrder,
  Effects,
  InvariantsOrder,
  PlatformIdentity,
  RehearsalOrder,
  ReplayOrder,
  StageOrder,
  StepContext,
  StepKind,
} from './context.ts';
export { resultOf } from './evidence.ts';
export { incidentRecords } from './incident-records.ts';
export { judgeGate } from './judge-gate.ts';
export type { BuildStep } from './kinds/build.ts';
export type { DefinitionsStep } from './kinds/definitions.ts';
export type { DeployStep } from './kinds/deploy.ts';
export type { GateStep } from './kinds/gate.ts';
export type { LockStep } from './kinds/lock.ts';
export type { ObserveStep } from './kinds/observe.ts';
export type { OpenStep } from './kinds/open.ts';
export type { RehearseStep } from './kinds/rehearse.ts';
export type { ReplayStep } from './kinds/replay.ts';
export type { SettleStep } from './kinds/settle.ts';
export type { SmokeStep } from './kinds/smoke.ts';
export type { VerifyStep } from './kinds/verify.ts';
export { candidateOf, type Known } from './known.ts';
export { loadStepKinds } from './load-step-kinds.ts';

export {
  type BrokerRecord,
  type ContractResult,
  type Evidence,
  entryVersion,
  type LedgerEntry,
  type LedgerRecord,
  type PublishedPacts,
  type RecordKind,
  type RecordOf,
  recordSchemas,
} from './entry.ts';
export { applyEntries, emptyState, foldState } from './fold.ts';
export { type Ledger, type LedgerOptions, type LiveLedger, objectIdOf, openLedger } from './ledger.ts';
export { LedgerWriter } from './ledger-writer.ts';
export type { RehearsalMeasures, RehearsedServiceRecord } from './rehearsal-record.ts';
export {
  type Approval,
  artifactOf,
  type BrokenGlass,
  type BuildFailure,
  type BuiltArtifact,
  type Deployment,
  deployedNow,
  evidenceFor,
  type FinishedRun,
  type Freeze,
  type Hold,
  type JudgedVerdict,
  type Lock,
  lastAttempt,
  lastDurationOf,
  lastVerdict,
  type Observation,
  type Promotion,
  placeOf,
  promotedIn,
  type Rehearsal,
  rehearsalOf,
  type StartedDeployment,
  type State,
} from './state.ts';

export {
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
export { type Ledger, type LedgerOptions, objectIdOf, openLedger } from './ledger.ts';
export { LedgerWriter } from './ledger-writer.ts';
export {
  type Approval,
  artifactOf,
  type BuildFailure,
  type BuiltArtifact,
  type Deployment,
  deployedNow,
  evidenceFor,
  type FinishedRun,
  type Freeze,
  type JudgedVerdict,
  lastAttempt,
  lastVerdict,
  type Promotion,
  placeOf,
  promotedIn,
  type State,
} from './state.ts';

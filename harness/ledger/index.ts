export { type Ledger, openLedger } from './ledger.ts';
export {
  type DeploymentRecord,
  type EvidenceResult,
  evidenceOf,
  type LedgerEntry,
  type LedgerRecord,
  type RunEndRecord,
} from './records.ts';

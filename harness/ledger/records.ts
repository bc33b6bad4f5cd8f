import type { Artifact, StageResult, Verdict, VerdictKind } from '../model/index.ts';

/** What is worth remembering after a run. No test output and no addresses: those may carry secrets. */
export type LedgerRecord =
  | { readonly kind: 'artifact'; readonly runId: string; readonly artifact: Artifact }
  | { readonly kind: 'evidence'; readonly runId: string; readonly result: EvidenceResult }
  | { readonly kind: 'verdict'; readonly runId: string; readonly verdict: Verdict }
  | DeploymentRecord
  | RunEndRecord;

export type EvidenceResult = Omit<StageResult, 'cases'> & {
  /** Full titles of the tests that failed. */
  readonly failed: readonly string[];
};

/** A digest stands in an environment, or was refused by it. */
export interface DeploymentRecord {
  readonly kind: 'deployment';
  readonly runId: string;
  readonly service: string;
  readonly environment: string;
  readonly version: string;
  readonly digest: Artifact['digest'];
  readonly outcome: 'stands' | 'failed';
  readonly because?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface RunEndRecord {
  readonly kind: 'run';
  readonly runId: string;
  readonly system: string;
  readonly target: string;
  readonly runtime: string;
  readonly verdict: VerdictKind;
  readonly commit: string | null;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** A record in its place in the chain. */
export interface LedgerEntry {
  /** SHA-256 over the canonical JSON of `previous` and `record`. */
  readonly id: string;
  /** Id of the entry before; null for the first. */
  readonly previous: string | null;
  readonly record: LedgerRecord;
}

export function evidenceOf({ cases, ...result }: StageResult): EvidenceResult {
  const failed = cases.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  return { ...result, failed };
}

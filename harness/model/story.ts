import type { Digest } from './digest.ts';
import type { StageName } from './stage.ts';
import type { VerdictKind } from './verdict.ts';

/** What a release manager asks beside the verdict, from everything the ledger knows. */
export interface RunStory {
  /** What would be different in the target; a service that stays as it is has no place here. */
  readonly changes: readonly ServiceChange[];
  readonly failing: readonly FailingSince[];
  /** Sentences: what nobody knows, because nothing tried it. */
  readonly untested: readonly string[];
  /** The last runs to the same target, the oldest first, this one included. */
  readonly trend: readonly TrendPoint[];
}

/** A service that is another one than the target was last cleared for. */
export interface ServiceChange {
  readonly service: string;
  /** What the target was cleared for before; null: nothing yet. */
  readonly from: PromotedVersion | null;
  readonly to: {
    readonly version: string;
    readonly digest: Digest;
    readonly commit: string | null;
    readonly bytes: number;
  };
  /** Those that touched the service since, the newest first. */
  readonly commits: readonly ChangeCommit[];
  /** False where the ledger does not know how far back they go. */
  readonly hasAllCommits: boolean;
  /** Sentences: what it expects of others now, and did not before. */
  readonly pacts: readonly string[];
}

export interface PromotedVersion {
  readonly version: string;
  readonly digest: Digest;
  readonly commit: string | null;
  readonly bytes: number | null;
  readonly promotedAt: string;
}

export interface ChangeCommit {
  readonly commit: string;
  readonly authors: readonly string[];
  readonly subject?: string;
}

/** How long a stage of a service has been failing. */
export interface FailingSince {
  readonly service: string;
  readonly stage: StageName;
  /** The first failure in a row: this run where it is new. */
  readonly since: { readonly runId: string; readonly at: string };
  /** Null: it has never passed. */
  readonly lastPass: { readonly runId: string; readonly at: string; readonly digest: Digest } | null;
}

export interface TrendPoint {
  readonly runId: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly verdict: VerdictKind;
}

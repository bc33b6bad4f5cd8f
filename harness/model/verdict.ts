import type { Digest, StageName } from './stage.ts';

/** One question a gate asked and what it found. `reason` is a sentence for the release manager. */
export interface CheckResult {
  readonly check: CheckName;
  /** The stage asked about, for `stage` checks. */
  readonly stage?: StageName;
  readonly outcome: VerdictKind;
  readonly reason: string;
}

export type CheckName = 'artifact' | 'stage' | 'dependencies' | 'deployment';

/** `pending`: a person or time is awaited; `inconclusive`: it could not be found out. Only `pass` opens a gate. */
export type VerdictKind = 'pass' | 'fail' | 'pending' | 'inconclusive';

/** May this digest of this service enter environment `to`? */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly service: string;
  readonly version: string;
  readonly digest: Digest;
  /** The environment it stands in; null for the first one, which is entered by building. */
  readonly from: string | null;
  readonly to: string;
  readonly checks: readonly CheckResult[];
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
}

/** What stands, or was refused, for one service in one environment. */
export interface Placement {
  readonly service: string;
  /** Version and digest that stand there; null when nothing does. */
  readonly version: string | null;
  readonly digest: Digest | null;
  readonly verdict: VerdictKind;
  readonly reasons: readonly string[];
}

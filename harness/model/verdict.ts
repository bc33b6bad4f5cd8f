import type { Digest } from './digest.ts';
import type { Outcome } from './outcome.ts';
import type { StageName } from './stage.ts';

/** One question a gate asked and what it found. `reason` is a sentence for the release manager. */
export interface CheckResult {
  /** Name of the check, as its file is called. */
  readonly check: string;
  /** The stage asked about, for `stage` checks. */
  readonly stage?: StageName;
  readonly outcome: VerdictKind;
  readonly reason: string;
  /** First failing requests, log lines or task deaths, one a line. */
  readonly evidence?: readonly string[];
  /** The check passed because somebody answers for it, and until when. */
  readonly debt?: Debt;
}

/** What a gate let through although it should be mended: a quarantined test, a broken glass. */
export interface Debt {
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly until: string;
}

/** Only `pass` opens a gate. */
export type VerdictKind = Exclude<Outcome, 'skipped'>;

/** May this digest of this service enter environment `to`? */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly service: string;
  readonly version: string;
  readonly digest: Digest;
  /** The environment it comes from; null for the first one, which is entered by building. */
  readonly from: string | null;
  readonly to: string;
  readonly checks: readonly CheckResult[];
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
}

/** What is deployed, or was rejected, for one service in one environment. */
export interface Placement {
  readonly service: string;
  /** Version and digest that are deployed there; null when nothing is. */
  readonly version: string | null;
  readonly digest: Digest | null;
  readonly verdict: VerdictKind;
  readonly reasons: readonly string[];
}

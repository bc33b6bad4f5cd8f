import type { State } from '../ledger/index.ts';
import type {
  Artifact,
  CheckResult,
  Digest,
  GateRules,
  Quarantine,
  Roles,
  StageName,
} from '../model/index.ts';

/** May this artifact enter `to`? */
export interface GateQuestion {
  readonly artifact: Artifact;
  readonly from: string;
  readonly to: string;
  /** Services that this one calls. */
  readonly neighbours: readonly string[];
  /** Services that this one depends on, through others or not. */
  readonly dependsOn: readonly string[];
  /** Services that are promoted together with this one, itself included: their digests, as candidates for `to`. */
  readonly candidates: readonly { readonly service: string; readonly digest: Artifact['digest'] }[];
  /** ISO 8601, UTC: what is old and what has expired is measured against it. */
  readonly decidedAt: string;
  /** Whether it goes back to a version that was there before. Absent: no. */
  readonly isRollback?: boolean;
  /** Digests whose bytes can be had from here; absent: nobody looked. */
  readonly available?: ReadonlySet<Digest>;
}

/** What the project asks for at one gate. */
export interface Policy {
  /** Stages that must have passed for exactly the artifact that asks. */
  readonly requires: readonly StageName[];
  /** Stages that are not asked of this service, and why the project says so. */
  readonly exemptions?: readonly { readonly stage: StageName; readonly because: string }[];
  /** Why a rehearsal sends the service no requests; absent: it should. */
  readonly noRequests?: string;
  /** Absent: {@link defaultRules}. */
  readonly rules?: GateRules;
  /** Who may approve as what. Absent: nobody has a role. */
  readonly roles?: Roles;
  readonly quarantine?: readonly Quarantine[];
  /** Whether a rollout must have been rehearsed; absent: nobody asks. */
  readonly rehearsal?: boolean;
  /** Every check there is, in the order a reader expects them. */
  readonly checks: readonly Check[];
}

/**
 * One question of a gate. A file below `checks/` exports one by default; `loadChecks` finds it. Pure: what it may know is the
 * question, the state and the policy.
 */
export interface Check {
  readonly name: string;
  /** Checks are asked and shown from the lowest number to the highest. */
  readonly order: number;
  /** Asked of rollbacks too. Absent: only of promotions, because a rollback goes to what has passed before. */
  readonly ofRollbacks?: boolean;
  /**
   * Empty where the check has nothing to ask. What is missing, about another digest or overtaken by a newer result must
   * not be a `pass`.
   */
  judge(question: GateQuestion, state: State, policy: Policy): readonly CheckResult[];
}

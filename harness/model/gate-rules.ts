import type { Digest } from './digest.ts';
import type { RuntimeName, StageName } from './stage.ts';
import type { VerdictKind } from './verdict.ts';

/** What a gate asks for besides stages. Every rule is filled in; null and empty mean that nothing is asked. */
export interface GateRules {
  /** Stage → how many tests must have passed; 1 where nothing is written. */
  readonly minimumTests: Readonly<Partial<Record<StageName, number>>>;
  readonly evidenceMaxAgeHours: number | null;
  readonly approvals: ApprovalRule | null;
  /** How long a version must have stayed in the environment it comes from, without a break. */
  readonly soakMinutes: number;
  readonly windows: readonly TimeWindow[];
  /** Evidence and artifact must have been made under this runtime. */
  readonly runtime: RuntimeName | null;
  /** The artifact must come from a commit, with nothing changed on top of it. */
  readonly cleanCommit: boolean;
  /** The commit must be on one of them. */
  readonly branches: readonly string[];
  /** Tests that failed and later passed for the same digest. */
  readonly maxFlakyTests: number | null;
  /** How a version is watched after its deployment. */
  readonly observe: ObservationRule;
  /** Whether a rollback may enter in spite of freezes and closed windows. */
  readonly rollbackAnytime: boolean;
  /** Who may let in what the gate refuses; null: nobody. */
  readonly breakGlass: { readonly roles: readonly string[] } | null;
  readonly checks: readonly CustomCheck[];
}

export interface ApprovalRule {
  readonly count: number;
  /** At least one approval of each. */
  readonly roles: readonly string[];
  /** Whether an author of the change may approve it. */
  readonly byAuthor: boolean;
  readonly expireAfterHours: number | null;
}

/** Part of the week, or single days, in a time zone. `allow`: one of these must be open; `deny` wins over all. */
export interface TimeWindow {
  readonly kind: 'allow' | 'deny';
  /** Days on which it begins; empty: every day. */
  readonly days: readonly Weekday[];
  /** `2026-12-24`; empty: every date. */
  readonly dates: readonly string[];
  /** `09:30`; before `from` means the next morning. */
  readonly from: string;
  readonly to: string;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly reason: string | null;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export interface ObservationRule {
  /** 0: not at all. */
  readonly seconds: number;
  /** Share of requests that may fail, from 0 to 1. */
  readonly maxFailedShare: number;
  /** Fewer requests say nothing. */
  readonly minRequests: number;
}

/** A test that may fail until a date, because somebody is mending it. */
export interface Quarantine {
  readonly service: string;
  readonly stage: StageName;
  /** Full title of the test. */
  readonly test: string;
  readonly owner: string;
  readonly reason: string;
  /** `2026-12-31`: the last day it counts. */
  readonly until: string;
}

/** A check of the project's own. Pure: what it may know is in its argument. A check that throws is inconclusive. */
export interface CustomCheck {
  readonly name: string;
  judge(about: CustomQuestion): { readonly outcome: VerdictKind; readonly reason: string };
}

export interface CustomQuestion {
  readonly service: string;
  readonly version: string;
  readonly digest: Digest;
  readonly from: string;
  readonly to: string;
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
  /** What stages found about exactly this digest, the oldest first. */
  readonly evidence: readonly {
    readonly stage: StageName;
    readonly status: string;
    readonly tests: { readonly passed: number; readonly failed: number; readonly skipped: number };
    readonly startedAt: string;
  }[];
  /** What is in `to` now; null: nothing. */
  readonly replaces: { readonly version: string; readonly digest: Digest } | null;
}

/** Role → the people who have it, as they are named in approvals. */
export type Roles = Readonly<Record<string, readonly string[]>>;

/** What a gate asks for where the configuration says nothing. */
export const defaultRules: GateRules = {
  minimumTests: {},
  // A week: what was tested before the last holidays is tested again.
  evidenceMaxAgeHours: 168,
  approvals: null,
  soakMinutes: 0,
  windows: [],
  runtime: null,
  cleanCommit: false,
  branches: [],
  maxFlakyTests: null,
  observe: { seconds: 0, maxFailedShare: 0.01, minRequests: 20 },
  rollbackAnytime: true,
  breakGlass: null,
  checks: [],
};

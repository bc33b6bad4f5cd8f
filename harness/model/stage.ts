import type { Cause, Control } from './cause.ts';
import type { ConsumerPact, ContractResult } from './contract.ts';
import type { Digest } from './digest.ts';

/** The stages in the order a reader expects them; what each may touch is in ARCHITECTURE.md. */
export const stageNames = ['unit', 'integration', 'contract', 'functional', 'acceptance'] as const;
export type StageName = (typeof stageNames)[number];

/** How one test ended. `durationMs` is wall time. */
export interface TestCase {
  /** Full title, suites and test joined by ` > `. */
  readonly name: string;
  /** Path relative to the project root. */
  readonly file: string;
  readonly outcome: 'pass' | 'fail' | 'skipped';
  readonly durationMs: number;
  /** Present exactly when `outcome` is `fail`. */
  readonly failure?: {
    readonly message: string;
    readonly stack?: string;
    /** Absent when nothing tells who caused it. */
    readonly cause?: Cause;
  };
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * What one stage found about one service.
 * `inconclusive`: the harness broke or no test ran, so nothing is known; `skipped`: not run, because something before it failed.
 */
export interface StageResult {
  readonly stage: StageName;
  readonly service: string;
  readonly status: 'pass' | 'fail' | 'inconclusive' | 'skipped';
  readonly tests: TestCounts;
  readonly cases: readonly TestCase[];
  /** The artifact this is evidence about; evidence counts for no other. */
  readonly digest: Digest;
  readonly runtime: RuntimeName;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Why it is not `pass`, in one sentence; absent when it is. */
  readonly because?: string;
  /** Who caused its failures, each service once, as far as that is known. */
  readonly causes?: readonly Cause[];
  /** Failed tests of which nothing tells who caused them; absent where nobody looked. */
  readonly unexplained?: number;
  /** Of a failure: what running it again found. */
  readonly control?: Control;
  /** Set when the result was made by an earlier run and still stands. */
  readonly reused?: { readonly runId: string; readonly at: string };
  /** Of the contract stage: every pact that names the service as its provider, and what verifying it found. */
  readonly contracts?: readonly ContractResult[];
  /** Of the functional stage: calls to neighbours that no pact covers, a sentence for each neighbour. */
  readonly gaps?: readonly string[];
  /** Of the contract stage: all that the service expects of others. Absent when its consumer tests did not pass. */
  readonly pacts?: readonly ConsumerPact[];
}

export type RuntimeName = 'process' | 'docker';

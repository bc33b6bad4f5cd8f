import type { Suite, TestCase } from '../model/index.ts';

/** What running one test file gave, before anything is concluded from it. */
export interface FileOutcome {
  /** Relative to the project root, with forward slashes: `suites/unit/orders/total.test.ts`. */
  readonly file: string;
  /** The service it is about; null: the system, and so every service whose suite is the system's. */
  readonly service: string | null;
  /** Tests that ended, and one failed case for each error outside of a test: loading, a hook, an unhandled rejection. */
  readonly cases: readonly TestCase[];
  /** False when the worker ended before the file did. */
  readonly finished: boolean;
  readonly startedAt: Date;
  /** Work of the file: loading, hooks and tests. */
  readonly durationMs: number;
}

/** What running some files gave. */
export interface FilesOutcome {
  readonly files: readonly FileOutcome[];
  /** Errors that name no file: nothing is known about any of them. */
  readonly strayErrors: readonly string[];
  /** Why nothing may be concluded although all tests passed. */
  readonly doubts: readonly Doubt[];
}

export interface Doubt {
  /** As of a file. */
  readonly service: string | null;
  readonly because: string;
}

/** Several outcomes of one stage as one. */
export function joinOutcomes(outcomes: readonly FilesOutcome[]): FilesOutcome {
  return {
    files: outcomes.flatMap(({ files }) => files),
    strayErrors: outcomes.flatMap(({ strayErrors }) => strayErrors),
    doubts: outcomes.flatMap(({ doubts }) => doubts),
  };
}

/** Whether something about `about` (null: the system) is about a service of this name. */
export function concerns(about: string | null, name: string, suite: Suite | undefined): boolean {
  return about === null ? suite?.shared === true : about === name;
}

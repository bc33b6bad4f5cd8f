import type { TestCase } from '../model/index.ts';

/** What running one test file gave, before anything is concluded from it. */
export interface FileOutcome {
  /** Relative to the project root, with forward slashes: `suites/unit/orders/total.test.ts`. */
  readonly file: string;
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
}

/** The service a test file is about: the folder below the stage's. */
export function serviceOf(file: string): string {
  return file.split('/')[2] ?? '';
}

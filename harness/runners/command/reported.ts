import type { TestCase } from '../../model/index.ts';

/** One test as a runner reported it. */
export interface ReportedCase {
  readonly name: string;
  /** As the runner wrote it; null when it names none. */
  readonly file: string | null;
  readonly outcome: TestCase['outcome'];
  readonly durationMs: number;
  readonly failure?: NonNullable<TestCase['failure']>;
}

/** What a result file holds; `broken` says in a sentence's end why it proves nothing: "…: it ends in the middle". */
export type Reported =
  | { readonly kind: 'cases'; readonly cases: readonly ReportedCase[] }
  | { readonly kind: 'broken'; readonly because: string };

export function broken(because: string): Reported {
  return { kind: 'broken', because };
}

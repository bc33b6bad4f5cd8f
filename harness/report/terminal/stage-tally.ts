import type { RunEvent, TestCase, TestCounts } from '../../model/index.ts';

const countOf = { pass: 'passed', fail: 'failed', skipped: 'skipped' } as const satisfies Record<
  TestCase['outcome'],
  keyof TestCounts
>;

/** Counts tests per step as they end. */
export class StageTally {
  readonly #counts = new Map<string, TestCounts>();

  take(event: RunEvent): void {
    if (event.kind !== 'test-finished') return;
    const step = `verify ${event.stage} ${event.service}`;
    const before = this.#counts.get(step) ?? { passed: 0, failed: 0, skipped: 0 };
    const count = countOf[event.test.outcome];
    this.#counts.set(step, { ...before, [count]: before[count] + 1 });
  }

  /** Of the step that runs a stage for a service, once one of its tests has ended. */
  of(step: string): TestCounts | undefined {
    return this.#counts.get(step);
  }
}

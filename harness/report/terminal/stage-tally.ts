import type { RunEvent, TestCounts } from '../../model/index.ts';

/** Counts tests per stage as they end. */
export class StageTally {
  readonly #counts = new Map<string, TestCounts>();

  take(event: RunEvent): void {
    if (event.kind !== 'test-finished') return;
    const step = `stage ${event.stage}`;
    const before = this.#counts.get(step) ?? { passed: 0, failed: 0, skipped: 0 };
    this.#counts.set(step, { ...before, [event.test.outcome]: before[event.test.outcome] + 1 });
  }

  /** Of the step that runs a stage, once one of its tests has ended. */
  of(step: string): TestCounts | undefined {
    return this.#counts.get(step);
  }
}

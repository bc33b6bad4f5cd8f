import { evidenceFor } from '../../ledger/index.ts';
import { type CheckResult, counted, defaultRules } from '../../model/index.ts';
import type { Check } from '../check.ts';

/** How many tests failed before they passed for the same bytes? Nothing changed but luck. */
export default {
  name: 'flaky',
  order: 36,
  judge({ artifact }, state, { requires, rules = defaultRules }) {
    const { maxFlakyTests } = rules;
    if (maxFlakyTests === null) return [];
    const flaky = requires.flatMap((stage) => {
      const all = evidenceFor(state, artifact, stage);
      const now = new Set(all.at(-1)?.failed ?? []);
      const before = new Set(all.slice(0, -1).flatMap(({ failed }) => failed));
      return [...before].filter((test) => !now.has(test)).map((test) => `${stage}: ${test}`);
    });
    const found: CheckResult = {
      check: 'flaky',
      outcome: flaky.length > maxFlakyTests ? 'fail' : 'pass',
      reason:
        flaky.length === 0
          ? 'no test failed before it passed'
          : `${counted(flaky.length, 'test')} failed before passing, at most ${maxFlakyTests} may: ${flaky.join('; ')}`,
    };
    return [found];
  },
} satisfies Check;

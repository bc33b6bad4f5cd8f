import { evidenceFor } from '../../ledger/index.ts';
import { type CheckResult, counted, defaultRules, stageNames } from '../../model/index.ts';
import type { Check } from '../check.ts';

/** Did at least so many tests pass? A suite that lost its tests passes too. */
export default {
  name: 'minimum-tests',
  order: 31,
  judge({ artifact }, state, { requires, rules = defaultRules }) {
    return stageNames.flatMap((stage): readonly CheckResult[] => {
      const wanted = rules.minimumTests[stage];
      if (wanted === undefined || !requires.includes(stage)) return [];
      const passed = evidenceFor(state, artifact, stage).at(-1)?.tests.passed ?? 0;
      const reason = `${counted(passed, 'test')} of ${stage} passed, and the gate asks for ${wanted}`;
      return [{ check: 'minimum-tests', stage, outcome: passed >= wanted ? 'pass' : 'fail', reason }];
    });
  },
} satisfies Check;

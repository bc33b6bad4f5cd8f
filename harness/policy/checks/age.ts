import { evidenceFor } from '../../ledger/index.ts';
import { type CheckResult, counted, defaultRules } from '../../model/index.ts';
import type { Check } from '../check.ts';

const hourMs = 3_600_000;
/** Clocks of two machines may differ by this much. */
const toleranceMs = 5 * 60_000;

/** Is the evidence young enough? What has the time of tomorrow comes from a clock that is wrong. */
export default {
  name: 'age',
  order: 35,
  judge({ artifact, decidedAt }, state, { requires, rules = defaultRules }) {
    const { evidenceMaxAgeHours, runtime } = rules;
    return requires.flatMap((stage): readonly CheckResult[] => {
      const newest = evidenceFor(state, artifact, stage).at(-1);
      if (newest === undefined) return [];
      const ageMs = Date.parse(decidedAt) - Date.parse(newest.startedAt);
      const no = (reason: string): readonly CheckResult[] => [
        { check: 'age', stage, outcome: 'inconclusive', reason },
      ];
      if (ageMs < -toleranceMs) {
        return no(
          `${stage} ran at ${newest.startedAt}, which is later than now; set the clocks and run it again`,
        );
      }
      if (runtime !== null && newest.runtime !== runtime) {
        return no(`${stage} ran under the ${newest.runtime} runtime, and the gate asks for ${runtime}`);
      }
      if (evidenceMaxAgeHours !== null && ageMs > evidenceMaxAgeHours * hourMs) {
        const age = counted(Math.floor(ageMs / hourMs), 'hour');
        return no(
          `${stage} ran ${age} ago, and the gate takes nothing older than ${evidenceMaxAgeHours}; run it again`,
        );
      }
      return [];
    });
  },
} satisfies Check;

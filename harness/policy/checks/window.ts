import { type CheckResult, defaultRules } from '../../model/index.ts';
import type { Check } from '../check.ts';
import { nextOpening, whyClosed } from '../windows.ts';

/** Is it a time at which the environment may be changed? */
export default {
  name: 'window',
  order: 70,
  ofRollbacks: true,
  judge({ to, decidedAt, isRollback = false }, state, { rules = defaultRules }) {
    if (isRollback && rules.rollbackAnytime) return [];
    const freeze = state.freezes.get(to);
    if (freeze?.frozen === true && (freeze.until === undefined || freeze.until > decidedAt)) {
      const end = freeze.until === undefined ? `run: stagegate unfreeze ${to}` : `it ends at ${freeze.until}`;
      return [pending(`${to} is frozen by ${freeze.by} since ${freeze.at}: ${freeze.reason}; ${end}`)];
    }
    const now = Date.parse(decidedAt);
    const closed = whyClosed(rules.windows, now);
    if (closed === null) {
      return rules.windows.length === 0
        ? []
        : [{ check: 'window', outcome: 'pass', reason: `${to} may be changed now` }];
    }
    const next = nextOpening(rules.windows, now);
    const opens =
      next === null ? 'no opening within the next month' : `it opens at ${new Date(next).toISOString()}`;
    return [pending(`${closed}; ${opens}`)];
  },
} satisfies Check;

function pending(reason: string): CheckResult {
  return { check: 'window', outcome: 'pending', reason };
}

import { placeOf, type State } from '../../ledger/index.ts';
import { defaultRules } from '../../model/index.ts';
import type { Check, GateQuestion } from '../check.ts';

const minuteMs = 60_000;

/** Has it stayed where it comes from for long enough? The longest unbroken stay counts, over or not. */
export default {
  name: 'soak',
  order: 55,
  judge(question, state, { rules = defaultRules }) {
    const { soakMinutes } = rules;
    if (soakMinutes === 0) return [];
    const { ms, isStaying } = longestStay(question, state);
    const stayed = Math.floor(ms / minuteMs);
    if (ms >= soakMinutes * minuteMs) {
      return [{ check: 'soak', outcome: 'pass', reason: `it was in ${question.from} for ${stayed} min` }];
    }
    const left = Math.ceil(soakMinutes - ms / minuteMs);
    const reason = isStaying
      ? `it has been in ${question.from} for ${stayed} of ${soakMinutes} min; ask again in ${left} min`
      : `it was in ${question.from} for ${stayed} of ${soakMinutes} min and is not there any more; promote it there again`;
    return [{ check: 'soak', outcome: isStaying ? 'pending' : 'fail', reason }];
  },
} satisfies Check;

/** A promotion is only recorded once its version was healthy there: a stay is one that was verified. */
function longestStay(
  { artifact, from, decidedAt }: GateQuestion,
  state: State,
): { readonly ms: number; readonly isStaying: boolean } {
  const promotions = state.promotions.get(placeOf(artifact.service, from)) ?? [];
  let longest = 0;
  let since: number | null = null;
  for (const { digest, at } of promotions) {
    if (digest === artifact.digest) {
      since ??= Date.parse(at);
    } else if (since !== null) {
      longest = Math.max(longest, Date.parse(at) - since);
      since = null;
    }
  }
  if (since === null) return { ms: longest, isStaying: false };
  return { ms: Math.max(longest, Date.parse(decidedAt) - since), isStaying: true };
}

import { counted } from '../../model/index.ts';
import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** Does it run until somebody ends it? */
export default rehearsalCheck('restarts', 54, ({ measures: { restarts } }) => {
  if (restarts === undefined) return null;
  const { count, examples } = restarts;
  if (count === 0) return { outcome: 'pass', reason: 'no task ended unasked' };
  return {
    outcome: 'fail',
    reason: `${counted(count, 'task')} ended unasked, first ${examples[0]}`,
    evidence: examples,
  };
});

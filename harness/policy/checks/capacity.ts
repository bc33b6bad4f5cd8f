import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** Are there enough healthy tasks at every moment of a rollout? */
export default rehearsalCheck('capacity', 53, ({ measures: { capacity } }) => {
  if (capacity === undefined) return null;
  const { wanted, least, examples } = capacity;
  if (least >= wanted) {
    return { outcome: 'pass', reason: `never fewer than ${least} healthy during its rollout` };
  }
  return {
    outcome: 'fail',
    reason: `only ${least} of ${wanted} ${wanted === 1 ? 'task was' : 'tasks were'} healthy during its rollout`,
    evidence: examples,
  };
});

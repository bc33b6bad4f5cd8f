import { rehearsalCheck, share } from './rehearsal/rehearsal-check.ts';

/** Does the version in place work again on what the candidate left behind? */
export default rehearsalCheck('rollback', 58, ({ previous, measures: { returned, before } }) => {
  if (returned === undefined || returned.requests === 0) return null;
  const { requests, failed, examples } = returned;
  const failedBefore = before === undefined || before.requests === 0 ? 0 : before.failed / before.requests;
  if (failed / requests <= failedBefore) {
    return { outcome: 'pass', reason: `${previous?.version} works again after it: ${requests} requests` };
  }
  return {
    outcome: 'fail',
    reason: `cannot be rolled back: ${previous?.version} failed ${share(failed, requests)} on what it left behind, first ${examples[0]}`,
    evidence: examples,
  };
});

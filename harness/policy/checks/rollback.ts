import { failedShare, rehearsalCheck, share } from './rehearsal/rehearsal-check.ts';

/** Does the version in place work again on what the candidate left behind? */
export default rehearsalCheck('rollback', 58, ({ previous, measures: { returned, before } }) => {
  if (returned === undefined || returned.requests === 0) return null;
  const { requests, failed, examples } = returned;
  if (failedShare(returned) <= failedShare(before)) {
    return { outcome: 'pass', reason: `${previous?.version} works again after it: ${requests} requests` };
  }
  return {
    outcome: 'fail',
    reason: `cannot be rolled back: ${previous?.version} failed ${share(failed, requests)} on what it left behind, first ${examples[0]}`,
    evidence: examples,
  };
});

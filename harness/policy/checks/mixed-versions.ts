import { failedShare, rehearsalCheck, share } from './rehearsal/rehearsal-check.ts';

/** Does the version in place go on beside the candidate, on the same stores? */
export default rehearsalCheck('mixed-versions', 57, ({ previous, measures: { beside, before } }) => {
  if (beside === undefined || beside.requests === 0) return null;
  const { requests, failed, examples } = beside;
  if (failedShare(beside) <= failedShare(before)) {
    return { outcome: 'pass', reason: `${previous?.version} answered ${requests} requests beside it` };
  }
  return {
    outcome: 'fail',
    reason: `breaks ${previous?.version} while both run, as after a migration that renames or drops what it reads: ${share(failed, requests)} failed there, first ${examples[0]}`,
    evidence: examples,
  };
});

import { rehearsalCheck, share } from './rehearsal/rehearsal-check.ts';

/** Does the version in place go on beside the candidate, on the same stores? */
export default rehearsalCheck('mixed-versions', 57, ({ previous, measures: { beside, before } }) => {
  if (beside === undefined || beside.requests === 0) return null;
  const { requests, failed, examples } = beside;
  const failedBefore = before === undefined || before.requests === 0 ? 0 : before.failed / before.requests;
  if (failed / requests <= failedBefore) {
    return { outcome: 'pass', reason: `${previous?.version} answered ${requests} requests beside it` };
  }
  return {
    outcome: 'fail',
    reason: `breaks ${previous?.version} while both run, as after a migration that renames or drops what it reads: ${share(failed, requests)} failed there, first ${examples[0]}`,
    evidence: examples,
  };
});

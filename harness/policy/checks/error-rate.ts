import { failedShare, rehearsalCheck, share } from './rehearsal/rehearsal-check.ts';

/** Does it fail requests when nothing changes, more often than the version it replaces? */
export default rehearsalCheck(
  'error-rate',
  52,
  ({ measures: { steady, before, unanswered }, overItself }, { noRequests }) => {
    if (steady === undefined) return null;
    if (unanswered !== undefined && overItself) {
      return { outcome: 'fail', reason: `fails ${unanswered[0]}`, evidence: unanswered };
    }
    const { requests, failed, examples } = steady;
    if (requests === 0 && noRequests !== undefined) return null;
    if (requests === 0) return { outcome: 'inconclusive', reason: 'no request came to it' };
    if (failed === 0) return { outcome: 'pass', reason: `failed none of ${requests} requests` };
    if (failedShare(steady) <= failedShare(before)) {
      return {
        outcome: 'pass',
        reason: `failed ${share(failed, requests)}, no more than the version before`,
      };
    }
    return {
      outcome: 'fail',
      reason: `failed ${share(failed, requests)}, first ${examples[0]}`,
      evidence: examples,
    };
  },
);

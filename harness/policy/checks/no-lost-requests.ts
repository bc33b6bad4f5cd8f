import { rehearsalCheck, share } from './rehearsal/rehearsal-check.ts';

/** Does a request get its answer while versions change? */
export default rehearsalCheck('no-lost-requests', 51, ({ measures: { changing } }, { noRequests }) => {
  if (changing === undefined) return null;
  const { requests, failed, examples } = changing;
  if (requests === 0) {
    if (noRequests !== undefined) return { outcome: 'pass', reason: `is sent no requests: ${noRequests}` };
    return {
      outcome: 'inconclusive',
      reason:
        'no request came to it while versions changed; name a path in ready, write a journey, or say why in exempt.traffic',
    };
  }
  if (failed === 0)
    return { outcome: 'pass', reason: `answered all ${requests} requests while it was rolled out` };
  return {
    outcome: 'fail',
    reason: `lost ${share(failed, requests)} while versions changed, first ${examples[0]}`,
    evidence: examples,
  };
});

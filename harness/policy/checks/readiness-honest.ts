import { rehearsalCheck, share } from './rehearsal/rehearsal-check.ts';

/** Is it ready only when it can serve: from the first request on, and when its store is gone? */
export default rehearsalCheck('readiness-honest', 56, ({ measures: { early, faults } }) => {
  if (early !== undefined && early.failed > 0) {
    const { requests, failed, examples } = early;
    return {
      outcome: 'fail',
      reason: `says that it is ready before it can serve: ${share(failed, requests)} failed in the first moments of a task, first ${examples[0]}`,
      evidence: examples,
    };
  }
  const [falsely] = faults?.falselyReady ?? [];
  if (falsely !== undefined) {
    return { outcome: 'fail', reason: `says that it is ready when it cannot serve: ${falsely}` };
  }
  if (early === undefined || early.requests === 0) return null;
  return { outcome: 'pass', reason: `answered the first ${early.requests} requests of its new tasks` };
});

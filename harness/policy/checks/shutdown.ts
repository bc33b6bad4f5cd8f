import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** A slower machine must not make the difference between ended and killed. */
const shareOfGrace = 0.4;

/** Does it end well within its grace after SIGTERM? */
export default rehearsalCheck('shutdown', 55, ({ measures: { shutdown } }) => {
  if (shutdown === undefined) return null;
  const { graceMs, slowestMs, killed, tasks, examples } = shutdown;
  const grace = `${graceMs / 1000} s`;
  const took = `${(slowestMs / 1000).toFixed(1)} s`;
  if (killed > 0) {
    return {
      outcome: 'fail',
      reason: `${killed} of ${tasks} tasks did not end within their grace of ${grace} after SIGTERM and were killed`,
      evidence: examples,
    };
  }
  if (slowestMs > graceMs * shareOfGrace) {
    return {
      outcome: 'fail',
      reason: `needs ${took} to end after SIGTERM, of a grace of ${grace}: on a busy machine it would be killed`,
    };
  }
  return { outcome: 'pass', reason: `ends ${took} after SIGTERM, within its grace of ${grace}` };
});

import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** A task that was killed must be replaced within this. */
const mostMs = 20_000;

/** Is a task that was killed without warning replaced? */
export default rehearsalCheck('healing', 59, ({ measures: { healing } }) => {
  if (healing === undefined) return null;
  const { slowestMs, healed } = healing;
  const took = `${(slowestMs / 1000).toFixed(1)} s`;
  if (!healed) {
    return { outcome: 'fail', reason: `no healthy task ${took} after one was killed` };
  }
  if (slowestMs > mostMs) {
    return { outcome: 'fail', reason: `needs ${took} until a killed task is replaced by a healthy one` };
  }
  return { outcome: 'pass', reason: `a killed task was replaced within ${took}` };
});

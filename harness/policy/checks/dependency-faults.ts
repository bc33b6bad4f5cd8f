import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** When a service it calls, or its store, refuses, fails or hangs: does it answer in time, ask within reason, and recover? */
export default rehearsalCheck('dependency-faults', 64, ({ measures: { faults } }) => {
  if (faults === undefined) return null;
  const { dependencies, unanswered, retries, notRecovered } = faults;
  const seen = [...unanswered, ...retries, ...notRecovered];
  if (seen[0] === undefined) {
    return { outcome: 'pass', reason: `stood faults of ${dependencies.join(', ')} and recovered` };
  }
  return { outcome: 'fail', reason: seen[0], evidence: seen };
});

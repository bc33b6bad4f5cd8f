import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** Does it stay alive when something that it depends on is gone? A restart would mend nothing. */
export default rehearsalCheck('liveness-independent', 65, ({ measures: { faults } }) => {
  if (faults === undefined) return null;
  const [first] = faults.notLive;
  if (first === undefined) return { outcome: 'pass', reason: 'alive whatever its dependencies did' };
  return {
    outcome: 'fail',
    reason: `its life depends on something else: ${first}`,
    evidence: faults.notLive,
  };
});

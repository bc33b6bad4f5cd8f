import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** Does its log keep secrets, and has it no new errors? */
export default rehearsalCheck('log-hygiene', 62, ({ overItself, measures: { logs } }) => {
  if (logs === undefined) return null;
  const { lines, leaks, newErrors } = logs;
  if (leaks.length > 0) {
    return { outcome: 'fail', reason: `its log shows ${leaks.join(', ')}`, evidence: leaks };
  }
  if (newErrors.length > 0) {
    const than = overItself ? '' : ' that the version before does not have';
    return { outcome: 'fail', reason: `logs errors${than}: ${newErrors[0]}`, evidence: newErrors };
  }
  return { outcome: 'pass', reason: `${lines} log lines without secrets or new errors` };
});

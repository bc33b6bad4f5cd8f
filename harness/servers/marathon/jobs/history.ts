import type { FinishedRun, JobHistory, JobRun } from './types.ts';

/** Ended runs that are remembered by name, of each kind. */
const remembered = 10;

/** Of a job that never ran. */
export const emptyHistory: JobHistory = {
  successCount: 0,
  failureCount: 0,
  lastSuccessAt: null,
  lastFailureAt: null,
  successfulFinishedRuns: [],
  failedFinishedRuns: [],
};

/** The history with one ended run more. */
export function withEnded(history: JobHistory, run: JobRun): JobHistory {
  const finishedAt = run.completedAt ?? run.createdAt;
  const { id, createdAt } = run;
  const finished = { id, createdAt, finishedAt, tasks: run.tasks.map((task) => task.id) };
  const latest = (runs: readonly FinishedRun[]) => [finished, ...runs].slice(0, remembered);
  return run.status === 'SUCCESS'
    ? {
        ...history,
        successCount: history.successCount + 1,
        lastSuccessAt: finishedAt,
        successfulFinishedRuns: latest(history.successfulFinishedRuns),
      }
    : {
        ...history,
        failureCount: history.failureCount + 1,
        lastFailureAt: finishedAt,
        failedFinishedRuns: latest(history.failedFinishedRuns),
      };
}

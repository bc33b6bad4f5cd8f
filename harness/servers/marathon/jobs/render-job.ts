import type { JobRecord } from './job-store.ts';
import { nextRunAt } from './next-run.ts';
import type { JobHistory, JobRun, Schedule } from './types.ts';

const embeds = ['activeRuns', 'schedules', 'history', 'historySummary'] as const;

type Embed = (typeof embeds)[number];

/** Which of the optional parts are asked for; undefined when one is unknown. */
export function jobEmbeds(query: URLSearchParams): readonly Embed[] | undefined {
  const named = query.getAll('embed').flatMap((value) => value.split(','));
  const known = embeds.filter((embed) => named.includes(embed));
  return named.every((name) => known.some((embed) => embed === name)) ? known : undefined;
}

/** The job as the API prints it, with the parts asked for. `now`: milliseconds since the epoch. */
export function renderJob(
  record: JobRecord,
  wanted: readonly Embed[],
  now: number,
): Readonly<Record<string, unknown>> {
  const { job, schedules, history, runs } = record;
  return {
    ...job,
    ...(wanted.includes('activeRuns') && { activeRuns: runs.map(renderRun) }),
    ...(wanted.includes('schedules') && { schedules: schedules.map((one) => renderSchedule(one, now)) }),
    ...(wanted.includes('history') && { history }),
    ...(wanted.includes('historySummary') && { historySummary: summaryOf(history) }),
  };
}

/** The run as the API prints it. */
export function renderRun(run: JobRun): Readonly<Record<string, unknown>> {
  return {
    id: run.id,
    jobId: run.jobId,
    status: run.status,
    createdAt: run.createdAt,
    completedAt: run.completedAt,
    tasks: run.tasks.map(({ id, status, startedAt, completedAt, message }) => ({
      id,
      status,
      startedAt,
      completedAt,
      ...(message !== undefined && { message }),
    })),
  };
}

/** With `nextRunAt` where the pattern has a further date, also while the schedule is disabled. */
export function renderSchedule(schedule: Schedule, now: number): Readonly<Record<string, unknown>> {
  const next = nextRunAt(schedule, now);
  return { ...schedule, ...(typeof next === 'number' && { nextRunAt: new Date(next).toISOString() }) };
}

function summaryOf({ successCount, failureCount, lastSuccessAt, lastFailureAt }: JobHistory) {
  return { successCount, failureCount, lastSuccessAt, lastFailureAt };
}

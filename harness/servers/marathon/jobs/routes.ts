import { json, problem, type Reply, replyTo } from '../server/reply.ts';
import { type ApiRequest, flag, withBody } from '../server/request.ts';
import type { Methods } from '../server/routes.ts';
import type { JobRecord } from './job-store.ts';
import type { Jobs } from './jobs.ts';
import { readJob, readSchedule } from './read-job.ts';
import { jobEmbeds, renderJob, renderRun, renderSchedule } from './render-job.ts';

interface JobRequest {
  readonly jobs: Jobs;
  readonly request: Pick<ApiRequest, 'query' | 'body'>;
  readonly now: number;
}

/** What a path below `/v1` answers to; undefined when it means nothing. */
export function routeJobs(of: JobRequest, path: readonly string[]): Methods | undefined {
  const [resource, id, part, name, action, verb, ...more] = path;
  if (resource === 'queue' && id === undefined) return { GET: () => listQueue(of) };
  if (resource !== 'jobs' || more.length > 0) return undefined;
  if (id === undefined) return { GET: () => listJobs(of), POST: () => postJob(of) };
  if (part === undefined) {
    return {
      GET: () => withJob(of, id, (record) => answerWith(of, record)),
      PUT: () => withJob(of, id, () => putJob(of, id)),
      DELETE: () => withJob(of, id, (record) => removeJob(of, record)),
    };
  }
  if (part === 'runs') return routeRuns(of, { id, runId: name, action, verb });
  return part === 'schedules' && action === undefined ? routeSchedules(of, id, name) : undefined;
}

function routeRuns(
  of: JobRequest,
  {
    id,
    runId,
    action,
    verb,
  }: { readonly id: string; readonly runId?: string; readonly action?: string; readonly verb?: string },
): Methods | undefined {
  if (runId === undefined) {
    return {
      GET: () => withJob(of, id, ({ runs }) => json(runs.map(renderRun))),
      POST: () => withJob(of, id, ({ job }) => json(renderRun(of.jobs.startRun(job)), 201)),
    };
  }
  if (action === undefined) return { GET: () => withRun(of, id, runId, (run) => json(renderRun(run))) };
  if (action !== 'actions' || verb !== 'stop') return undefined;
  return {
    POST: () =>
      withRun(of, id, runId, (run) => {
        of.jobs.stopRun(run);
        return json({});
      }),
  };
}

function routeSchedules(of: JobRequest, id: string, scheduleId: string | undefined): Methods {
  if (scheduleId === undefined) {
    return {
      GET: () =>
        withJob(of, id, ({ schedules }) => json(schedules.map((one) => renderSchedule(one, of.now)))),
      POST: () => withJob(of, id, (record) => postSchedule(of, record)),
    };
  }
  return {
    GET: () => withSchedule(of, id, scheduleId, (schedule) => json(renderSchedule(schedule, of.now))),
    PUT: () => withSchedule(of, id, scheduleId, () => putSchedule(of, id, scheduleId)),
    DELETE: () =>
      withSchedule(of, id, scheduleId, () => {
        of.jobs.removeSchedule(id, scheduleId);
        return json({});
      }),
  };
}

function listJobs({ jobs, request, now }: JobRequest): Reply {
  const embeds = jobEmbeds(request.query);
  if (embeds === undefined) return unknownEmbed();
  return json(jobs.all.map((record) => renderJob(record, embeds, now)));
}

function postJob(of: JobRequest): Reply {
  const parsed = withBody(of.request, (body) => readJob(body));
  return replyTo(parsed, (job) => {
    if (of.jobs.get(job.id) !== undefined) return problem(409, 'Job with this id already exists');
    return json(renderJob(of.jobs.create(job), [], of.now), 201);
  });
}

function putJob(of: JobRequest, id: string): Reply {
  const parsed = withBody(of.request, (body) => readJob(body, { id }));
  return replyTo(parsed, (job) => {
    of.jobs.change(job);
    return withJob(of, id, (record) => json(renderJob(record, [], of.now)));
  });
}

function removeJob(of: JobRequest, record: JobRecord): Reply {
  if (record.runs.length > 0 && !flag(of.request.query, 'stopCurrentJobRuns')) {
    return problem(409, 'There are active job runs. Override with stopCurrentJobRuns=true');
  }
  of.jobs.remove(record.job.id);
  return json(renderJob(record, [], of.now));
}

function postSchedule(of: JobRequest, { job, schedules }: JobRecord): Reply {
  const parsed = withBody(of.request, (body) => readSchedule(body));
  return replyTo(parsed, (schedule) => {
    if (schedules.some(({ id }) => id === schedule.id)) {
      return problem(409, `A schedule with id ${schedule.id} already exists`);
    }
    of.jobs.putSchedule(job.id, schedule);
    return json(renderSchedule(schedule, of.now), 201);
  });
}

function putSchedule(of: JobRequest, jobId: string, id: string): Reply {
  const parsed = withBody(of.request, (body) => readSchedule(body, { id }));
  return replyTo(parsed, (schedule) => {
    of.jobs.putSchedule(jobId, schedule);
    return json(renderSchedule(schedule, of.now));
  });
}

/** Jobs with runs that wait for an offer. */
function listQueue({ jobs }: JobRequest): Reply {
  const waiting = jobs.all.map(({ job, runs }) => ({
    jobId: job.id,
    runs: runs.filter(({ status }) => status === 'STARTING').map(({ id }) => ({ runId: id })),
  }));
  return json(waiting.filter(({ runs }) => runs.length > 0));
}

function answerWith({ request, now }: JobRequest, record: JobRecord): Reply {
  const embeds = jobEmbeds(request.query);
  return embeds === undefined ? unknownEmbed() : json(renderJob(record, embeds, now));
}

function unknownEmbed(): Reply {
  return problem(
    400,
    'Unknown embed options. Valid options are: activeRuns, schedules, history, historySummary',
  );
}

function withJob({ jobs }: JobRequest, id: string, use: (record: JobRecord) => Reply): Reply {
  const record = jobs.get(id);
  return record === undefined ? problem(404, `Job '${id}' does not exist`) : use(record);
}

function withRun(
  of: JobRequest,
  id: string,
  runId: string,
  use: (run: JobRecord['runs'][number]) => Reply,
): Reply {
  return withJob(of, id, ({ runs }) => {
    const run = runs.find((one) => one.id === runId);
    return run === undefined ? problem(404, `Job Run '${runId}' does not exist`) : use(run);
  });
}

function withSchedule(
  of: JobRequest,
  id: string,
  scheduleId: string,
  use: (schedule: JobRecord['schedules'][number]) => Reply,
): Reply {
  return withJob(of, id, ({ schedules }) => {
    const schedule = schedules.find((one) => one.id === scheduleId);
    return schedule === undefined ? problem(404, `Schedule '${scheduleId}' does not exist`) : use(schedule);
  });
}

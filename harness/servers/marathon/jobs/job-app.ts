import { type AppDefinition, type Outcome, parseApp } from '../definition/index.ts';
import type { Job } from './types.ts';

/** The app of one instance that a run of the job amounts to, so that offers are matched and tasks built in one way only. */
export function appOf(job: Job): Outcome<AppDefinition> {
  const { run } = job;
  return parseApp(
    {
      id: `/${job.id.replaceAll('.', '/')}`,
      cmd: run.cmd,
      args: run.args,
      user: run.user,
      cpus: run.cpus,
      mem: run.mem,
      disk: run.disk,
      gpus: run.gpus,
      container: containerOf(job),
      env: run.env,
      secrets: run.secrets,
      labels: job.labels,
      portDefinitions: [],
      constraints: run.placement.constraints.map(({ attribute, operator, value }) => [
        attribute,
        operator === 'EQ' ? 'IS' : operator,
        ...(value === undefined ? [] : [value]),
      ]),
      fetch: run.artifacts,
      taskKillGracePeriodSeconds: run.taskKillGracePeriodSeconds,
    },
    { now: new Date(0).toISOString() },
  );
}

function containerOf({ run: { docker, ucr, volumes } }: Job): unknown {
  if (docker !== undefined) return { type: 'DOCKER', docker, volumes };
  if (ucr === undefined) return volumes.length > 0 ? { type: 'MESOS', volumes } : undefined;
  return { type: 'MESOS', docker: { image: ucr.image.id, forcePullImage: ucr.image.forcePull }, volumes };
}

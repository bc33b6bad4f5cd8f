import type { AppDefinition, Timestamp } from '../definition/index.ts';
import type { InstanceView } from './instance.ts';

/** The four numbers that apps are printed with. */
export interface TaskCounts {
  readonly staged: number;
  readonly running: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

/** What counting needs to know of a task. */
export type CountedTask = Pick<InstanceView, 'condition' | 'health' | 'startedAt' | 'version'>;

/** A starting task is in neither of the first two; without health checks the last two are 0. */
export function taskCounts(tasks: readonly CountedTask[]): TaskCounts {
  const count = (is: (task: CountedTask) => boolean): number => tasks.filter(is).length;
  return {
    staged: count(({ condition }) => condition === 'Staging' || condition === 'Provisioned'),
    running: count(({ condition }) => condition === 'Running'),
    healthy: count(({ health }) => health.length > 0 && health.every(({ alive }) => alive)),
    unhealthy: count(({ health }) => health.some(({ alive }) => !alive)),
  };
}

/** `tasksStats` of an app; classes without tasks are left out. `now`: milliseconds since the epoch. */
export function taskStats(
  app: AppDefinition,
  tasks: readonly CountedTask[],
  now: number,
): Readonly<Record<string, unknown>> {
  const { lastScalingAt, lastConfigChangeAt } = app.versionInfo;
  const since = (time: Timestamp) => (task: CountedTask) => task.version >= time;
  const classes = {
    startedAfterLastScaling: tasks.filter(since(lastScalingAt)),
    withLatestConfig: tasks.filter(since(lastConfigChangeAt)),
    withOutdatedConfig: tasks.filter((task) => !since(lastConfigChangeAt)(task)),
    totalSummary: tasks,
  };
  return Object.fromEntries(
    Object.entries(classes)
      .filter(([, members]) => members.length > 0)
      .map(([name, members]) => [
        name,
        { stats: { counts: taskCounts(members), ...lifeTime(members, now) } },
      ]),
  );
}

function lifeTime(tasks: readonly CountedTask[], now: number) {
  const seconds = tasks
    .flatMap(({ startedAt }) => (startedAt === undefined ? [] : [(now - Date.parse(startedAt)) / 1000]))
    .toSorted((a, b) => a - b);
  if (seconds.length === 0) return {};
  const middle = (seconds.length - 1) / 2;
  const median = ((seconds[Math.floor(middle)] ?? 0) + (seconds[Math.ceil(middle)] ?? 0)) / 2;
  const average = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  return { lifeTime: { averageSeconds: average, medianSeconds: median } };
}

import { type Outcome, ok, type Problem, refused } from '../definition/index.ts';
import {
  anyObject,
  bool,
  decimal,
  either,
  list,
  map,
  object,
  oneOf,
  optional,
  orElse,
  type Reader,
  read,
  required,
  text,
  whole,
} from '../definition/reader.ts';
import { appOf } from './job-app.ts';
import { nextRunAt } from './next-run.ts';
import type { Job, Schedule } from './types.ts';

const natural = whole({ min: 0 });
const id = text({ pattern: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/ });

const image = text({ minLength: 1 });

const runShape = {
  cmd: optional(text({ minLength: 1 })),
  args: optional(list(text())),
  user: optional(text()),
  cpus: orElse(decimal({ min: 0.001 }), 1),
  mem: orElse(decimal({ min: 1 }), 128),
  disk: orElse(decimal({ min: 0 }), 0),
  gpus: orElse(natural, 0),
  docker: optional(
    object({ image: required(image), forcePullImage: orElse(bool, false), privileged: orElse(bool, false) }),
  ),
  ucr: optional(object({ image: required(object({ id: required(image), forcePull: orElse(bool, false) })) })),
  env: orElse(map(either(text(), object({ secret: required(text()) }))), {}),
  secrets: orElse(map(object({ source: required(text({ minLength: 1 })) })), {}),
  placement: orElse(
    object({
      constraints: orElse(
        list(
          object({
            attribute: required(text({ minLength: 1 })),
            operator: required(oneOf('EQ', 'LIKE', 'UNLIKE', 'IS')),
            value: optional(text()),
          }),
        ),
        [],
      ),
    }),
    { constraints: [] },
  ),
  artifacts: orElse(
    list(
      object({
        uri: required(text({ minLength: 1 })),
        extract: orElse(bool, true),
        executable: orElse(bool, false),
        cache: orElse(bool, false),
      }),
    ),
    [],
  ),
  volumes: orElse(
    list(
      object({
        containerPath: required(text({ minLength: 1 })),
        hostPath: required(text({ minLength: 1 })),
        mode: required(oneOf('RO', 'RW')),
      }),
    ),
    [],
  ),
  maxLaunchDelay: orElse(whole({ min: 1 }), 3600),
  taskKillGracePeriodSeconds: optional(natural),
  restart: orElse(
    object({
      policy: orElse(oneOf('NEVER', 'ON_FAILURE'), 'NEVER'),
      activeDeadlineSeconds: orElse(whole({ min: 0 }), 120),
    }),
    { policy: 'NEVER' as const, activeDeadlineSeconds: 120 },
  ),
};

const jobReader: Reader<Job & { readonly dependencies: readonly unknown[] }> = object({
  id: required(id),
  description: optional(text()),
  labels: orElse(map(text()), {}),
  dependencies: orElse(list(anyObject), []),
  run: required(object(runShape)),
});

const scheduleReader: Reader<Schedule> = object({
  id: required(id),
  cron: required(text()),
  timezone: orElse(text(), 'UTC'),
  startingDeadlineSeconds: orElse(whole({ min: 1 }), 900),
  concurrencyPolicy: orElse(oneOf('ALLOW', 'FORBID'), 'ALLOW'),
  enabled: orElse(bool, true),
});

/** Reads a job; `id` is that of the path, which wins. The rules of an app hold for what the job runs. */
export function readJob(body: unknown, path: { readonly id?: string } = {}): Outcome<Job> {
  const result = read(jobReader, withId(body, path.id));
  if (result.kind === 'problems') return refused({ kind: 'invalid-json', details: result.problems });
  const { dependencies, ...job } = result.value;
  if (dependencies.length > 0) {
    return notValid([{ path: '/dependencies', errors: ['dependencies between jobs are not supported'] }]);
  }
  const app = appOf(job);
  if (app.kind === 'ok') return ok(job);
  const details =
    'details' in app.refusal && typeof app.refusal.details === 'object' ? app.refusal.details : [];
  return notValid(
    details.map((problem) => ({ ...problem, path: problem.path === '/' ? '/run' : `/run${problem.path}` })),
  );
}

/** Reads a schedule; a pattern or time zone that makes no sense is a broken rule. */
export function readSchedule(body: unknown, path: { readonly id?: string } = {}): Outcome<Schedule> {
  const result = read(scheduleReader, withId(body, path.id));
  if (result.kind === 'problems') return refused({ kind: 'invalid-json', details: result.problems });
  const schedule = result.value;
  if (nextRunAt(schedule, 0) !== 'senseless') return ok(schedule);
  const isCron = nextRunAt({ ...schedule, timezone: 'UTC' }, 0) !== 'senseless';
  return notValid([
    isCron
      ? { path: '/timezone', errors: [`Unknown time zone '${schedule.timezone}'`] }
      : { path: '/cron', errors: [`Cron expression '${schedule.cron}' cannot be understood`] },
  ]);
}

function withId(body: unknown, id: string | undefined): unknown {
  return id !== undefined && typeof body === 'object' && body !== null ? { ...body, id } : body;
}

function notValid(details: readonly Problem[]): Outcome<never> {
  return refused({ kind: 'not-valid', details });
}

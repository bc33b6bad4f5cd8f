import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import type { Reply } from '../server/reply.ts';
import { FakeMesos } from '../testing/fake-mesos.ts';
import { Jobs, routeJobs } from './index.ts';

const start = Date.parse('2026-01-02T03:04:05.000Z');
const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0).toReversed()) step();
});

/** Jobs on a fake Mesos and a clock that moves when told to, used through their HTTP handlers. */
class Rig {
  readonly mesos = new FakeMesos([{ hostname: 'one.test', cpus: 8, mem: 8192 }]);
  readonly clock = new VirtualClock(start);
  readonly #stateDir = mkdtempSync(join(tmpdir(), 'stagegate-jobs-'));
  #jobs: Jobs;

  constructor() {
    undo.push(() => rmSync(this.#stateDir, { recursive: true, force: true }));
    this.#jobs = this.#open();
  }

  /** As if the process had died and been started again. */
  restart(): void {
    this.#jobs.stop();
    this.#jobs = this.#open();
  }

  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Reply {
    const [bare = '', query] = path.split('?');
    const request = {
      query: new URLSearchParams(query),
      body: body === undefined ? '' : JSON.stringify(body),
    };
    const segments = bare.split('/').filter((segment) => segment !== '');
    const methods = routeJobs({ jobs: this.#jobs, request, now: this.clock.now() }, segments);
    const handler = methods?.[method];
    if (handler === undefined) throw new Error(`nothing answers ${method} ${path}`);
    return handler();
  }

  /** The body of an answer that must be fine. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  get(path: string): any {
    const reply = this.call('GET', path);
    if (reply.status !== 200) throw new Error(`${path}: ${JSON.stringify(reply)}`);
    return reply.body;
  }

  async until<T>(find: () => T | undefined): Promise<T> {
    for (let step = 0; step < 10_000; step++) {
      const found = find();
      if (found !== undefined) return found;
      await this.clock.advance(5);
    }
    throw new Error('it never came to that');
  }

  /** Id of a task that runs now. */
  task(): Promise<string> {
    return this.until(() => this.mesos.running()[0]);
  }

  end(taskId: string, state: 'TASK_FINISHED' | 'TASK_FAILED'): void {
    this.mesos.report(taskId, { state });
  }

  #open(): Jobs {
    const jobs = new Jobs({
      connection: this.mesos,
      clock: this.clock,
      random: () => 0,
      secrets: {},
      stateDir: this.#stateDir,
      identity: { name: 'jobs', user: 'me' },
      onLog: () => {},
    });
    undo.push(() => jobs.stop());
    jobs.start();
    return jobs;
  }
}

const migration = (run: object = {}) => ({
  id: 'db.migrate',
  run: { cmd: 'node migrate.mjs', cpus: 0.1, mem: 32, ...run },
});

function started(rig: Rig, run: object = {}): string {
  expect(rig.call('POST', '/jobs', migration(run)).status).toBe(201);
  const reply = rig.call('POST', '/jobs/db.migrate/runs');
  expect(reply).toMatchObject({ status: 201, body: { jobId: 'db.migrate', status: 'STARTING', tasks: [] } });
  return (reply.body as { id: string }).id;
}

describe('a run', () => {
  it('starts one task, is active while that runs, and succeeds with it', async () => {
    const rig = new Rig();
    const run = started(rig);
    expect(run).toMatch(/^20260102030405[0-9a-f]{5}$/);
    const taskId = await rig.task();
    expect(taskId.startsWith(`db_migrate_${run}.`)).toBe(true);
    const info = rig.mesos.tasks.get(taskId)?.info;
    expect(info?.command).toMatchObject({ value: 'node migrate.mjs', shell: true });
    await rig.until(() => (rig.get(`/jobs/db.migrate/runs/${run}`).status === 'ACTIVE' ? true : undefined));
    rig.end(taskId, 'TASK_FINISHED');
    await rig.until(() => (rig.get('/jobs/db.migrate/runs').length === 0 ? true : undefined));
    expect(rig.get('/jobs/db.migrate?embed=history&embed=historySummary')).toMatchObject({
      historySummary: { successCount: 1, failureCount: 0, lastFailureAt: null },
      history: { successfulFinishedRuns: [{ id: run, tasks: [taskId] }], failedFinishedRuns: [] },
    });
    expect(rig.call('GET', `/jobs/db.migrate/runs/${run}`).status).toBe(404);
  });

  it('fails with its task when it may not start again', async () => {
    const rig = new Rig();
    started(rig);
    rig.end(await rig.task(), 'TASK_FAILED');
    const summary = () => rig.get('/jobs/db.migrate?embed=historySummary').historySummary;
    await rig.until(() => (summary().failureCount === 1 ? true : undefined));
    expect(rig.mesos.running()).toEqual([]);
  });

  it('starts again after a failure, later each time, until its deadline has passed', async () => {
    const rig = new Rig();
    started(rig, { restart: { policy: 'ON_FAILURE', activeDeadlineSeconds: 3 } });
    const ends: number[] = [];
    for (let round = 0; round < 3; round++) {
      rig.end(await rig.task(), 'TASK_FAILED');
      ends.push(rig.clock.now());
      await rig.until(() => (rig.get('/jobs/db.migrate/runs')[0].status === 'STARTING' ? true : undefined));
    }
    const [first = 0, second = 0, third = 0] = ends;
    expect(second - first).toBeGreaterThanOrEqual(1000);
    expect(third - second).toBeGreaterThanOrEqual(1150);
    rig.end(await rig.task(), 'TASK_FAILED');
    await rig.until(() => (rig.get('/jobs/db.migrate/runs').length === 0 ? true : undefined));
    expect(rig.clock.now() - start).toBeGreaterThanOrEqual(3000);
    expect(rig.get('/jobs/db.migrate?embed=historySummary').historySummary.failureCount).toBe(1);
  });

  it('that is stopped has its task killed and fails', async () => {
    const rig = new Rig();
    const run = started(rig, { restart: { policy: 'ON_FAILURE' } });
    await rig.task();
    expect(rig.call('POST', `/jobs/db.migrate/runs/${run}/actions/stop`).status).toBe(200);
    await rig.until(() => (rig.get('/jobs/db.migrate/runs').length === 0 ? true : undefined));
    expect(rig.mesos.running()).toEqual([]);
  });

  it('waits in the queue while nothing fits, and gives up after its longest wait', async () => {
    const rig = new Rig();
    const run = started(rig, { cpus: 99, maxLaunchDelay: 10 });
    await rig.clock.advance(9_000);
    expect(rig.get('/queue')).toEqual([{ jobId: 'db.migrate', runs: [{ runId: run }] }]);
    await rig.clock.advance(2_000);
    expect(rig.get('/queue')).toEqual([]);
    expect(rig.get('/jobs/db.migrate?embed=historySummary').historySummary.failureCount).toBe(1);
  });

  it('is found again by whoever starts with the same state', async () => {
    const rig = new Rig();
    const run = started(rig);
    const taskId = await rig.task();
    rig.restart();
    await rig.until(() => (rig.get(`/jobs/db.migrate/runs/${run}`).status === 'ACTIVE' ? true : undefined));
    rig.end(taskId, 'TASK_FINISHED');
    await rig.until(() => (rig.get('/jobs/db.migrate/runs').length === 0 ? true : undefined));
    expect(rig.get('/jobs/db.migrate?embed=historySummary').historySummary.successCount).toBe(1);
  });

  it('whose task was lost while nobody listened fails', async () => {
    const rig = new Rig();
    started(rig);
    await rig.task();
    rig.mesos.tasks.clear();
    rig.restart();
    await rig.until(() => (rig.get('/jobs/db.migrate/runs').length === 0 ? true : undefined));
    expect(rig.get('/jobs/db.migrate?embed=historySummary').historySummary.failureCount).toBe(1);
  });

  it('keeps the definition it began with', async () => {
    const rig = new Rig();
    started(rig);
    expect(rig.call('PUT', '/jobs/db.migrate', migration({ cmd: 'other' })).status).toBe(200);
    const info = rig.mesos.tasks.get(await rig.task())?.info;
    expect(info?.command?.value).toBe('node migrate.mjs');
    expect(rig.get('/jobs/db.migrate').run.cmd).toBe('other');
  });
});

describe('a schedule', () => {
  const everyMinute = { id: 'often', cron: '* * * * *' };

  it('starts a run when its time comes, in its time zone', async () => {
    const rig = new Rig();
    rig.call('POST', '/jobs', migration());
    const nightly = { id: 'nightly', cron: '30 5 * * *', timezone: 'Europe/Berlin' };
    expect(rig.call('POST', '/jobs/db.migrate/schedules', nightly)).toEqual({
      status: 201,
      body: {
        ...nightly,
        startingDeadlineSeconds: 900,
        concurrencyPolicy: 'ALLOW',
        enabled: true,
        nextRunAt: '2026-01-02T04:30:00.000Z',
      },
    });
    await rig.clock.advance(Date.parse('2026-01-02T04:29:59.000Z') - start);
    expect(rig.get('/jobs/db.migrate/runs')).toHaveLength(0);
    await rig.clock.advance(1_000);
    expect(rig.get('/jobs/db.migrate/runs')).toHaveLength(1);
  });

  it('leaves a run out while another is active, if it says so', async () => {
    for (const [concurrencyPolicy, runs] of [
      ['ALLOW', 3],
      ['FORBID', 1],
    ] as const) {
      const rig = new Rig();
      rig.call('POST', '/jobs', migration());
      rig.call('POST', '/jobs/db.migrate/schedules', { ...everyMinute, concurrencyPolicy });
      await rig.clock.advance(180_000);
      expect(rig.get('/jobs/db.migrate/runs')).toHaveLength(runs);
    }
  });

  it('starts nothing once it is disabled or gone', async () => {
    const rig = new Rig();
    rig.call('POST', '/jobs', migration());
    rig.call('POST', '/jobs/db.migrate/schedules', everyMinute);
    rig.call('POST', '/jobs/db.migrate/schedules', { ...everyMinute, id: 'other' });
    expect(
      rig.call('PUT', '/jobs/db.migrate/schedules/often', { ...everyMinute, enabled: false }).status,
    ).toBe(200);
    expect(rig.call('DELETE', '/jobs/db.migrate/schedules/other').status).toBe(200);
    await rig.clock.advance(120_000);
    expect(rig.get('/jobs/db.migrate/runs')).toHaveLength(0);
    expect(rig.get('/jobs/db.migrate?embed=schedules').schedules).toHaveLength(1);
  });

  it('goes on after a restart', async () => {
    const rig = new Rig();
    rig.call('POST', '/jobs', migration());
    rig.call('POST', '/jobs/db.migrate/schedules', everyMinute);
    rig.restart();
    await rig.clock.advance(60_000);
    expect(rig.get('/jobs/db.migrate/runs')).toHaveLength(1);
  });
});

describe('bad input', () => {
  it.each([
    [{ run: { cmd: 'x y' } }, '/id', `'id' is undefined on object: {"run":{"cmd":"x y"}}`],
    [{ id: 'A', run: { cmd: 'x y' } }, '/id', 'error.pattern'],
    [{ id: 'a' }, '/run', `'run' is undefined on object: {"id":"a"}`],
    [{ id: 'a', run: { cmd: 'x y', cpus: 'many' } }, '/run/cpus', 'error.expected.jsnumber'],
    [
      { id: 'a', run: { cmd: 'x y', restart: { policy: 'ALWAYS' } } },
      '/run/restart/policy',
      'error.unknown.enum.literal',
    ],
    [
      { id: 'a', run: {} },
      '/run',
      "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
    ],
    [
      { id: 'a', dependencies: [{ id: 'b' }], run: { cmd: 'x y' } },
      '/dependencies',
      'dependencies between jobs are not supported',
    ],
  ])('in a job is told under its path: %j', (body, path, error) => {
    const reply = new Rig().call('POST', '/jobs', body);
    expect(reply).toMatchObject({ status: 422, body: { details: [{ path, errors: [error] }] } });
  });

  it.each([
    [{ id: 's', cron: 'soon' }, '/cron', "Cron expression 'soon' cannot be understood"],
    [{ id: 's', cron: '99 * * * *' }, '/cron', "Cron expression '99 * * * *' cannot be understood"],
    [{ id: 's', cron: '* * * * *', timezone: 'Mars' }, '/timezone', "Unknown time zone 'Mars'"],
  ])('in a schedule is told under its path: %j', (body, path, error) => {
    const rig = new Rig();
    rig.call('POST', '/jobs', migration());
    const reply = rig.call('POST', '/jobs/db.migrate/schedules', body);
    expect(reply).toMatchObject({ status: 422, body: { details: [{ path, errors: [error] }] } });
  });

  it('about what is there already, or is not, is answered with 409 and 404', () => {
    const rig = new Rig();
    expect(rig.call('GET', '/jobs/nope').status).toBe(404);
    started(rig);
    expect(rig.call('POST', '/jobs', migration()).status).toBe(409);
    expect(rig.call('DELETE', '/jobs/db.migrate').status).toBe(409);
    expect(rig.call('DELETE', '/jobs/db.migrate?stopCurrentJobRuns=true').status).toBe(200);
    expect(rig.get('/jobs')).toEqual([]);
  });
});

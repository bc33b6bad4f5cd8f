import { expect, test } from 'vitest';
import type { AppDefinition } from '../config/index.ts';
import { VirtualClock } from '../plumbing/clock.ts';
import { type DeployTools, deployApp, type MarathonApi, type RunningApp } from './deploy-app.ts';
import type { MarathonEvent } from './deployment-watch.ts';

const app: AppDefinition = {
  id: '/dev/shop/orders',
  instances: 1,
  healthChecks: [{ protocol: 'MESOS_TCP' }],
  labels: { STAGEGATE_SERVICE: 'orders', STAGEGATE_ENVIRONMENT: 'dev', STAGEGATE_DIGEST: 'sha256:new' },
};
const older: AppDefinition = { ...app, labels: { ...app.labels, STAGEGATE_DIGEST: 'sha256:old' } };

/** A Marathon whose deployments go as `happens` says. */
class FakeMarathon implements MarathonApi {
  standing: RunningApp | null = null;
  restored: string | null = null;
  deleted = false;
  happens: (app: AppDefinition, version: string) => readonly MarathonEvent[] = () => [];
  #put: AppDefinition | null = null;
  #versions = 0;

  async app(): Promise<RunningApp | null> {
    return this.standing;
  }

  async putApp(put: AppDefinition) {
    this.#versions++;
    this.#put = put;
    return { deploymentId: `d${this.#versions}`, version: `v${this.#versions}` };
  }

  restoreApp(_: string, version: string) {
    this.restored = version;
    return this.putApp(older);
  }

  async deleteApp() {
    this.deleted = true;
    this.standing = null;
    return { deploymentId: 'deleted', version: '' };
  }

  async events(signal: AbortSignal): Promise<AsyncIterable<MarathonEvent>> {
    return this.#events(signal);
  }

  async deployments() {
    return [`d${this.#versions}`];
  }

  async *#events(signal: AbortSignal): AsyncIterable<MarathonEvent> {
    const put = this.#put;
    if (put === null) return;
    for (const event of this.happens(put, `v${this.#versions}`)) {
      if (event.eventType === 'deployment_success') this.standing = standing(put, `v${this.#versions}`);
      yield event;
    }
    if (signal.aborted) return;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  }
}

function standing(definition: AppDefinition, version: string): RunningApp {
  return {
    labels: definition.labels ?? {},
    version,
    instances: 1,
    deployments: [],
    tasks: [{ id: 't', version, state: 'TASK_RUNNING', healthy: true }],
  };
}

function succeeds(_: AppDefinition, version: string): readonly MarathonEvent[] {
  return [{ eventType: 'deployment_success', id: version.replace('v', 'd') }];
}

function dies(_: AppDefinition, version: string): readonly MarathonEvent[] {
  return ['1', '2', '3'].map((taskId) => ({
    eventType: 'status_update_event',
    appId: app.id,
    version,
    taskId,
    taskStatus: 'TASK_FAILED',
    message: 'Command exited with status 1',
  }));
}

function tools(marathon: MarathonApi, clock = new VirtualClock()): DeployTools {
  return {
    marathon,
    clock,
    lastOutput: async (taskId) => `Error: no such table (task ${taskId})\n    at migrate`,
    inspect: async () => ({ waiting: null, agents: [], tasks: [] }),
    onProgress: () => {},
  };
}

const never = new AbortController().signal;

test('a deployment that succeeds tells how many tasks of the new digest stand', async () => {
  const marathon = new FakeMarathon();
  marathon.happens = succeeds;
  expect(await deployApp(app, tools(marathon), never)).toEqual({ tasks: 1 });
});

test('a version whose tasks keep dying is taken away, with its last words', async () => {
  const marathon = new FakeMarathon();
  marathon.happens = dies;
  await expect(deployApp(app, tools(marathon), never)).rejects.toMatchObject({
    code: 'SG_DEPLOYMENT_FAILED',
    message: [
      'orders in dev: 3 of its tasks died; the last: TASK_FAILED, Command exited with status 1; it printed: Error: no such table (task 3)',
      'Its last words:',
      'Error: no such table (task 3)',
      '    at migrate',
    ].join('\n'),
  });
  expect(marathon.deleted).toBe(true);
});

test('where an older version stood, it stands again', async () => {
  const marathon = new FakeMarathon();
  marathon.standing = standing(older, 'v0');
  marathon.happens = (put, version) => (put === app ? dies(put, version) : succeeds(put, version));
  await expect(deployApp(app, tools(marathon), never)).rejects.toMatchObject({
    code: 'SG_DEPLOYMENT_FAILED',
  });
  expect(marathon.restored).toBe('v0');
  expect(marathon.standing.labels).toEqual(older.labels);
});

test.each([
  ['nothing', '', ''],
  ['something', 'giving up', '; it printed: giving up\nIts last words:\ngiving up'],
])('a rollback that fails and printed %s is left as it is', async (_, output, printed) => {
  const marathon = new FakeMarathon();
  marathon.happens = dies;
  const deploying = deployApp(app, { ...tools(marathon), lastOutput: async () => output }, never, {
    isOurs: true,
    goesBack: false,
  });
  await expect(deploying).rejects.toMatchObject({
    message: `orders in dev: 3 of its tasks died; the last: TASK_FAILED, Command exited with status 1${printed}\nIt was left as it is: a rollback is not rolled back.`,
  });
  expect(marathon.deleted).toBe(false);
});

test('a deployment that comes to no end fails at its deadline', async () => {
  const marathon = new FakeMarathon();
  const clock = new VirtualClock();
  const patient = { ...app, labels: { ...app.labels, STAGEGATE_DEPLOYMENT_DEADLINE_SECONDS: '10' } };
  const deploying = expect(deployApp(patient, tools(marathon, clock), never)).rejects.toMatchObject({
    message: expect.stringContaining('not healthy after 10 s'),
  });
  await clock.advance(10_000);
  await deploying;
});

test('a success that left another digest standing is none', async () => {
  const marathon = new FakeMarathon();
  marathon.happens = succeeds;
  const deploying = deployApp(app, { ...tools(marathon), marathon: swapping(marathon) }, never);
  await expect(deploying).rejects.toMatchObject({
    message: expect.stringContaining(
      'expected sha256:new, found 1 healthy tasks of sha256:old after the deployment',
    ),
  });
});

test('a deployment that nothing can place is given up at once, with what no agent has', async () => {
  const clock = new VirtualClock();
  const agents = [{ cpus: 2, mem: 1024, disk: 1024 }];
  const large = {
    ...tools(new FakeMarathon(), clock),
    inspect: async () => ({ waiting: null, agents, tasks: [] }),
  };
  const deploying = expect(deployApp({ ...app, cpus: 64 }, large, never)).rejects.toMatchObject({
    message: 'orders in dev: not healthy, given up after 4 s: no agent has 64 CPUs; the largest of 1 has 2',
  });
  await clock.advance(4000);
  await deploying;
});

function swapping(marathon: FakeMarathon): MarathonApi {
  return {
    app: async (id) => ((await marathon.app()) === null ? null : standing({ ...older, id }, 'v9')),
    putApp: (put) => marathon.putApp(put),
    restoreApp: (id, version) => marathon.restoreApp(id, version),
    deleteApp: () => marathon.deleteApp(),
    events: (signal) => marathon.events(signal),
    deployments: () => marathon.deployments(),
  };
}

test('an abort ends the watch with its reason', async () => {
  const marathon = new FakeMarathon();
  const abort = new AbortController();
  const deploying = deployApp(app, tools(marathon), abort.signal);
  abort.abort(new Error('enough'));
  await expect(deploying).rejects.toThrow('enough');
});

test('a stream that Marathon ended, as when its leader changes, is opened again', async () => {
  const marathon = new FakeMarathon();
  marathon.happens = succeeds;
  let streams = 0;
  const cut: MarathonApi = {
    ...swapping(marathon),
    app: () => marathon.app(),
    events: async (signal) => (++streams === 1 ? (async function* () {})() : marathon.events(signal)),
  };
  expect(await deployApp(app, { ...tools(marathon), marathon: cut }, never)).toEqual({ tasks: 1 });
  expect(streams).toBe(2);
});

test('a deployment that ended while nobody listened is judged by what it left', async () => {
  const marathon = new FakeMarathon();
  const cut: MarathonApi = {
    ...swapping(marathon),
    app: () => marathon.app(),
    putApp: async (put) => {
      const started = await marathon.putApp(put);
      marathon.standing = standing(put, started.version);
      return started;
    },
    events: async () => (async function* () {})(),
    deployments: async () => [],
  };
  expect(await deployApp(app, { ...tools(marathon), marathon: cut }, never)).toEqual({ tasks: 1 });
});

const stays: readonly (readonly [
  what: string,
  ids: readonly [string, string],
  outcome: 'fulfilled' | 'rejected',
])[] = [
  ['that stayed up is deployed', ['t', 't'], 'fulfilled'],
  ['that Marathon had to start again is no deployment', ['t', 'again'], 'rejected'],
];

test.each(stays)('without a health check, a task %s', async (_, [first, later], outcome) => {
  const marathon = new FakeMarathon();
  const clock = new VirtualClock();
  marathon.happens = succeeds;
  let asked = 0;
  const changing: MarathonApi = {
    ...swapping(marathon),
    async app() {
      const there = await marathon.app();
      if (there === null) return null;
      asked += 1;
      return { ...there, tasks: there.tasks.map((task) => ({ ...task, id: asked === 1 ? first : later })) };
    },
  };
  const { healthChecks: _checks, ...unchecked } = app;
  const deploying = Promise.allSettled([deployApp(unchecked, tools(changing, clock), never)]);
  for (let second = 0; second < 10; second++) await clock.advance(1_000);
  const [{ status, ...end } = { status: 'none' }] = await deploying;
  expect(status).toBe(outcome);
  if (outcome === 'rejected') expect(String(Object.values(end)[0])).toContain('did not stay up for 5 s');
});

import { expect, test } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { Rig, type SeenEvent } from '../testing/rig.ts';

const app = { id: '/web', cmd: 'serve', cpus: 0.1, mem: 32 };
const begin = Date.UTC(2026, 0, 1);

test('a task that fails is launched again after a delay that grows', async () => {
  await using rig = await Rig.start({ clock: new VirtualClock(begin) });
  rig.mesos.fateOf = () => 'fails';
  await rig.call('POST', '/v2/apps', { ...app, backoffSeconds: 2, backoffFactor: 3 });
  const fourth = (event: SeenEvent): boolean => String(event.taskId).endsWith('_app.4');
  await rig.event(fourth);
  const failed = times(rig, (event) => event.taskStatus === 'TASK_FAILED');
  const launched = times(rig, (event) => event.condition === 'Provisioned');
  expect(seconds(failed[0], launched[1])).toBe(2);
  expect(seconds(failed[1], launched[2])).toBe(6);
  expect(seconds(failed[2], launched[3])).toBe(18);
});

test('the queue shows the delay of an app that fails, and deleting it launches at once', async () => {
  await using rig = await Rig.start();
  rig.mesos.fateOf = () => 'fails';
  await rig.call('POST', '/v2/apps', { ...app, backoffSeconds: 300 });
  await rig.event((event) => event.taskStatus === 'TASK_FAILED');
  const [entry] = (await rig.get('/v2/queue')).body.queue;
  expect(entry).toMatchObject({ count: 1, app: { id: '/web' }, delay: { overdue: false } });
  expect(entry.delay.timeLeftSeconds).toBeGreaterThan(290);
  rig.mesos.fateOf = () => 'runs';
  expect((await rig.call('DELETE', '/v2/queue//web/delay')).status).toBe(204);
  await rig.event((event) => event.taskStatus === 'TASK_RUNNING');
  expect((await rig.get('/v2/queue')).body).toEqual({ queue: [] });
  expect(await rig.call('DELETE', '/v2/queue/web/delay')).toMatchObject({
    status: 404,
    body: { message: 'Application /web not found in tasks queue.' },
  });
});

test('an app that fits no offer waits, says why, and holds up no other', async () => {
  await using rig = await Rig.start();
  await rig.call('POST', '/v2/apps', { ...app, id: '/huge', cpus: 100 });
  await rig.deploy('POST', '/v2/apps', app);
  const { queue } = (await rig.get('/v2/queue?embed=lastUnusedOffers')).body;
  expect(queue).toMatchObject([
    { app: { id: '/huge' }, count: 1, delay: { overdue: true, timeLeftSeconds: 0 } },
  ]);
  const [{ processedOffersSummary, lastUnusedOffers }] = queue;
  const cpus = processedOffersSummary.rejectSummaryLastOffers.find(
    (summary: { reason: string }) => summary.reason === 'InsufficientCpus',
  );
  expect(cpus).toEqual({ reason: 'InsufficientCpus', declined: 2, processed: 2 });
  expect(lastUnusedOffers[0]).toMatchObject({
    reason: ['InsufficientCpus'],
    offer: { hostname: 'one.test' },
  });
});

test('a task that ends with success is started again', async () => {
  await using rig = await Rig.start({ clock: new VirtualClock(begin) });
  await rig.deploy('POST', '/v2/apps', app);
  const [first = ''] = rig.mesos.running();
  rig.mesos.report(first, { state: 'TASK_FINISHED' });
  await rig.event((event) => event.taskStatus === 'TASK_RUNNING' && event.taskId !== first);
  expect((await rig.get('/v2/apps/web')).body.app.lastTaskFailure).toBeUndefined();
});

test('a task that was never heard of is killed and launched anew after five minutes', async () => {
  await using rig = await Rig.start({ clock: new VirtualClock(begin) });
  rig.mesos.fateOf = () => 'hangs';
  await rig.call('POST', '/v2/apps', app);
  await rig.event((event) => event.taskStatus === 'TASK_STARTING');
  rig.mesos.fateOf = () => 'runs';
  const running = await rig.event((event) => event.taskStatus === 'TASK_RUNNING');
  expect(Date.parse(String(running.timestamp)) - begin).toBeGreaterThanOrEqual(300_000);
});

test('apps of another role are offered what that role gets', async () => {
  await using rig = await Rig.start();
  await rig.deploy('PUT', '/v2/groups/staging', { apps: [{ ...app, id: 'web', role: 'staging' }] });
  const update = rig.mesos.calls.find((call) => call.type === 'UPDATE_FRAMEWORK');
  expect(update?.update_framework.framework_info.roles).toEqual(['*', 'staging']);
  const [task] = (await rig.get('/v2/tasks')).body.tasks;
  expect(task.role).toBe('staging');
});

test('UNIQUE puts one instance on each host, and the one too many waits', async () => {
  await using rig = await Rig.start();
  await rig.call('POST', '/v2/apps', { ...app, instances: 3, constraints: [['hostname', 'UNIQUE']] });
  await rig.until(() => (rig.mesos.running().length === 2 ? true : undefined));
  const { tasks } = (await rig.get('/v2/apps/web')).body.app;
  expect(new Set(tasks.map((task: { host: string }) => task.host)).size).toBe(2);
  expect((await rig.get('/v2/queue')).body.queue[0].count).toBe(1);
});

function times(rig: Rig, fits: (event: SeenEvent) => boolean): readonly number[] {
  return rig.seen.filter(fits).map((event) => Date.parse(String(event.timestamp)));
}

function seconds(from: number | undefined, to: number | undefined): number {
  return Math.round(((to ?? 0) - (from ?? 0)) / 1000);
}

test('two agents of one machine do not give the same port away', async () => {
  const agents = ['one.test', 'one.test'].map((hostname) => ({ hostname, cpus: 8, mem: 8192 }));
  await using rig = await Rig.start({ agents });
  rig.mesos.offers.ports = { begin: 31_000, end: 31_007 };
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 8 });
  const { tasks } = (await rig.get('/v2/tasks')).body;
  expect(new Set(tasks.map((task: { slaveId: string }) => task.slaveId)).size).toBe(2);
  expect(new Set(tasks.map((task: { ports: number[] }) => task.ports[0])).size).toBe(8);
});

import { expect, test } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { Rig } from '../testing/rig.ts';

const app = { id: '/web', cmd: 'serve', cpus: 0.1, mem: 32 };
const checked = { ...app, healthChecks: [{ protocol: 'MESOS_TCP', portIndex: 0 }] };

test('a restarted framework finds its tasks again and starts no others', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 3 });
  const before = (await rig.get('/v2/apps/web')).body.app;
  await rig.stopMarathon();
  await rig.startMarathon();
  await rig.until(() =>
    rig.mesos.calls.find((call) => call.type === 'RECONCILE' && call.reconcile.tasks.length === 3),
  );
  const after = (await rig.get('/v2/apps/web')).body.app;
  expect(idsOf(after)).toEqual(idsOf(before));
  expect(after).toMatchObject({ version: before.version, tasksRunning: 3 });
  expect(rig.mesos.running()).toHaveLength(3);
});

test('a rolling update goes on and ends right after the framework was restarted in the middle of it', async () => {
  await using rig = await Rig.start();
  rig.mesos.fateOf = () => 'healthy';
  const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };
  await rig.deploy('POST', '/v2/apps', { ...checked, instances: 3, upgradeStrategy });
  const fewest: number[] = [];
  rig.mesos.onTaskChange = () => {
    fewest.push(
      [...rig.mesos.tasks.values()].filter((task) => task.healthy === true && task.state === 'TASK_RUNNING')
        .length,
    );
  };
  await rig.call('PUT', '/v2/apps/web', { cmd: 'serve --better' });
  await rig.event((event) => event.eventType === 'instance_changed_event' && event.condition === 'Killing');
  await rig.stopMarathon();
  await rig.startMarathon();
  await rig.until(async () => ((await rig.get('/v2/deployments')).body.length === 0 ? true : undefined));
  const { app: after } = (await rig.get('/v2/apps/web')).body;
  expect(after).toMatchObject({ tasksRunning: 3, tasksHealthy: 3 });
  for (const task of after.tasks) expect(task.version).toBe(after.version);
  expect(Math.min(...fewest)).toBe(3);
});

test('tasks that ended while the framework was away are replaced when it is back', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 2 });
  await rig.stopMarathon();
  const [lost = ''] = rig.mesos.running();
  rig.mesos.tasks.delete(lost);
  await rig.startMarathon();
  await rig.event((event) => event.taskStatus === 'TASK_RUNNING' && String(event.taskId).endsWith('_app.2'));
  expect(rig.mesos.running()).toHaveLength(2);
});

test('a broken connection is made again, and nothing is launched twice', async () => {
  await using rig = await Rig.start({ clock: new VirtualClock(Date.UTC(2026, 0, 1)) });
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 2 });
  rig.mesos.isDown = true;
  rig.mesos.disconnect();
  await rig.event((event) => event.eventType === 'scheduler_disconnected_event');
  await rig.call('PUT', '/v2/apps/web', { instances: 3 });
  rig.mesos.isDown = false;
  await rig.event((event) => event.eventType === 'scheduler_reregistered_event');
  await rig.until(() => (rig.mesos.running().length === 3 ? true : undefined));
  expect(rig.mesos.tasks.size).toBe(3);
});

test('silence of five heartbeats makes the framework subscribe again', async () => {
  await using rig = await Rig.start({ clock: new VirtualClock(Date.UTC(2026, 0, 1)) });
  const again = await rig.event((event) => event.eventType === 'scheduler_reregistered_event');
  expect(Date.parse(String(again.timestamp)) - Date.UTC(2026, 0, 1)).toBeGreaterThanOrEqual(75_000);
});

test('a task that Mesos runs and nobody knows of is killed', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', app);
  const [known] = rig.mesos.tasks.values();
  if (known === undefined) throw new Error('nothing runs');
  const stray = 'stray.instance-0b8f6c2e-1111-4222-8333-944444444444._app.1';
  rig.mesos.tasks.set(stray, { ...known, later: [], awaited: null });
  rig.mesos.report(stray, { state: 'TASK_RUNNING' });
  await rig.event((event) => event.eventType === 'unknown_instance_terminated_event');
  expect(rig.mesos.tasks.has(stray)).toBe(false);
});

test('a task on a lost agent is replaced at once, and killed when the agent comes back', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', app);
  const [first = ''] = rig.mesos.running();
  const host = (await rig.get('/v2/apps/web')).body.app.tasks[0].host;
  rig.mesos.loseAgent(host);
  await rig.event((event) => event.taskStatus === 'TASK_RUNNING' && event.taskId !== first);
  rig.mesos.returnAgent(host);
  await rig.event((event) => event.eventType === 'unknown_instance_terminated_event');
  expect(rig.mesos.running()).toHaveLength(1);
  expect(rig.mesos.running()).not.toContain(first);
});

test('with an unreachable strategy a lost task is waited for, then replaced, then forgotten', async () => {
  await using rig = await Rig.start({ clock: new VirtualClock(Date.UTC(2026, 0, 1)) });
  const unreachableStrategy = { inactiveAfterSeconds: 60, expungeAfterSeconds: 120 };
  await rig.deploy('POST', '/v2/apps', { ...app, unreachableStrategy });
  const [first = ''] = rig.mesos.running();
  rig.mesos.loseAgent((await rig.get('/v2/apps/web')).body.app.tasks[0].host);
  const lost = await rig.event((event) => event.taskStatus === 'TASK_UNREACHABLE');
  const next = await rig.event((event) => event.taskStatus === 'TASK_RUNNING' && event.taskId !== first);
  expect(Date.parse(String(next.timestamp)) - Date.parse(String(lost.timestamp))).toBeGreaterThanOrEqual(
    60_000,
  );
  expect((await rig.get('/v2/apps/web')).body.app.tasks).toHaveLength(2);
  await rig.until(
    async () => ((await rig.get('/v2/apps/web')).body.app.tasks.length === 1 ? true : undefined),
    1_000,
  );
});

test('setting the wall clock back by two hours stretches no unreachable strategy, kill or launch time-out', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  await using rig = await Rig.start({ clock });
  rig.mesos.fateOf = () => 'hangs';
  const unreachableStrategy = { inactiveAfterSeconds: 60, expungeAfterSeconds: 120 };
  await rig.call('POST', '/v2/apps', { ...app, unreachableStrategy });
  await rig.event((event) => event.taskStatus === 'TASK_STARTING');
  clock.jumpWall(-7_200_000);
  rig.mesos.fateOf = () => 'runs';
  await rig.event((event) => event.taskStatus === 'TASK_RUNNING');
  const [first = ''] = rig.mesos.running();
  rig.mesos.loseAgent((await rig.get('/v2/apps/web')).body.app.tasks[0].host);
  await rig.event((event) => event.taskStatus === 'TASK_UNREACHABLE');
  clock.jumpWall(-7_200_000);
  await rig.event((event) => event.taskStatus === 'TASK_RUNNING' && event.taskId !== first);
  expect(clock.monotonic() - Date.UTC(2026, 0, 1)).toBeLessThan(400_000);
});

function idsOf(app: { readonly tasks: readonly { readonly id: string }[] }): readonly string[] {
  return app.tasks.map((task) => task.id).sort();
}

import { expect, test } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { Rig } from '../testing/rig.ts';

const app = {
  id: '/web',
  cmd: 'serve',
  cpus: 0.1,
  mem: 32,
  healthChecks: [{ protocol: 'MESOS_HTTP', portIndex: 0, intervalSeconds: 1 }],
};

// The table of Marathon's arithmetic: instances, the two capacities, most alive, least healthy.
const bounds = [
  [3, 1, 1, 6, 3],
  [3, 1, 0, 4, 3],
  [3, 0.5, 0, 3, 2],
  [3, 0.34, 0.3, 3, 2],
  [4, 0.5, 0.5, 6, 2],
  [3, 0, 0, 3, 0],
  [1, 1, 0, 2, 1],
] as const;

test.for(bounds)(
  'rolling %i instances with capacities %d and %d never has more than %i alive or fewer than %i healthy',
  async ([instances, minimumHealthCapacity, maximumOverCapacity, most, least]) => {
    await using rig = await Rig.start();
    rig.mesos.fateOf = () => 'healthy';
    const upgradeStrategy = { minimumHealthCapacity, maximumOverCapacity };
    await rig.deploy('POST', '/v2/apps', { ...app, instances, upgradeStrategy });
    const alive: number[] = [];
    const healthy: number[] = [];
    rig.mesos.onTaskChange = () => {
      const tasks = [...rig.mesos.tasks.values()];
      alive.push(tasks.length);
      healthy.push(tasks.filter((task) => task.state === 'TASK_RUNNING' && task.healthy).length);
    };
    await rig.deploy('PUT', '/v2/apps/web', { cmd: 'serve --better' });
    expect(Math.max(...alive)).toBeLessThanOrEqual(most);
    expect(Math.min(...healthy)).toBeGreaterThanOrEqual(least);
    const { body } = await rig.get('/v2/apps/web');
    expect(body.app).toMatchObject({ tasksRunning: instances, tasksHealthy: instances });
    for (const task of body.app.tasks) expect(task.version).toBe(body.app.version);
  },
);

test('a version that never gets healthy leaves the minimum of old instances running', async () => {
  await using rig = await Rig.start();
  rig.mesos.fateOf = (task) => (task.command?.value === 'broken' ? 'runs' : 'healthy');
  const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 };
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 4, upgradeStrategy });
  await rig.call('PUT', '/v2/apps/web', { cmd: 'broken' });
  await rig.until(() => (rig.mesos.running('web').length === 4 && killed(rig) === 2 ? true : undefined));
  const { body } = await rig.get('/v2/apps/web');
  expect(body.app).toMatchObject({ tasksRunning: 4, tasksHealthy: 2 });
  expect(body.app.deployments).toHaveLength(1);
});

test('an update over instances that are all unhealthy goes on although no capacity is left over', async () => {
  await using rig = await Rig.start();
  rig.mesos.fateOf = (task) => (task.command?.value === 'serve' ? 'healthy' : 'runs');
  const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 2, upgradeStrategy });
  for (const id of rig.mesos.running('web')) rig.mesos.report(id, { state: 'TASK_RUNNING', healthy: false });
  await rig.until(() => (rig.seen.filter(saysUnhealthy).length === 2 ? true : undefined));
  await rig.deploy('PUT', '/v2/apps/web', { env: { FIXED: 'yes' } });
  expect((await rig.get('/v2/apps/web')).body.app).toMatchObject({ tasksRunning: 2, tasksHealthy: 2 });
});

test.for([-30_000, -7_200_000, 7_200_000])(
  'setting the wall clock by %i ms during an update neither stalls it nor loses a task',
  async (byMs) => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    await using rig = await Rig.start({ clock });
    rig.mesos.fateOf = () => 'healthy';
    const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };
    await rig.deploy('POST', '/v2/apps', { ...app, instances: 3, upgradeStrategy });
    const began = clock.monotonic();
    await rig.call('PUT', '/v2/apps/web', { cmd: 'serve --better' });
    await rig.event((event) => event.condition === 'Killing');
    clock.jumpWall(byMs);
    await rig.until(async () => ((await rig.get('/v2/deployments')).body.length === 0 ? true : undefined));
    expect(clock.monotonic() - began).toBeLessThan(10_000);
    expect((await rig.get('/v2/apps/web')).body.app).toMatchObject({ tasksRunning: 3, tasksHealthy: 3 });
  },
);

test('an old instance that dies during the update is replaced by a new one', async () => {
  await using rig = await Rig.start();
  let release = false;
  rig.mesos.fateOf = (task) => (task.command?.value === 'new' && !release ? 'runs' : 'healthy');
  const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 };
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 2, upgradeStrategy });
  const old = rig.mesos.running('web');
  const { body: update } = await rig.call('PUT', '/v2/apps/web', { cmd: 'new' });
  const fresh = await rig.until(() => rig.mesos.running('web').find((id) => !old.includes(id)));
  release = true;
  rig.mesos.report(old[0] ?? '', { state: 'TASK_FAILED' });
  rig.mesos.report(fresh, { state: 'TASK_RUNNING', healthy: true });
  await rig.event((event) => event.eventType === 'deployment_success' && event.id === update.deploymentId);
  const { body } = await rig.get('/v2/apps/web');
  expect(body.app.tasks).toHaveLength(2);
  for (const task of body.app.tasks) expect(task.version).toBe(body.app.version);
});

function killed(rig: Rig): number {
  return rig.seen.filter((event) => event.taskStatus === 'TASK_KILLED').length;
}

function saysUnhealthy(event: { readonly eventType: string; readonly healthy?: unknown }): boolean {
  return event.eventType === 'instance_health_changed_event' && event.healthy === false;
}

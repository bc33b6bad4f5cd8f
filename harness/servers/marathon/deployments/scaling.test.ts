import { expect, test } from 'vitest';
import { Rig } from '../testing/rig.ts';

const app = { id: '/web', cmd: 'serve', cpus: 0.1, mem: 32 };
const unique = { ...app, constraints: [['hostname', 'UNIQUE']] };
const checked = { ...app, healthChecks: [{ protocol: 'MESOS_TCP', portIndex: 0 }] };

test('an app scaled beyond what is possible, and back, keeps the tasks that run', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', unique);
  const before = rig.mesos.running();
  await rig.call('PUT', '/v2/apps/web', { instances: 4 });
  await rig.until(() => (rig.mesos.running().length === 2 ? true : undefined));
  expect((await rig.call('PUT', '/v2/apps/web', { instances: 2 })).status).toBe(409);
  const running = rig.mesos.running();
  await rig.deploy('PUT', '/v2/apps/web?force=true', { instances: 2 });
  expect(rig.mesos.running()).toEqual(running);
  expect(running).toEqual(expect.arrayContaining([...before]));
  expect((await rig.get('/v2/queue')).body.queue).toEqual([]);
});

test('scaling back succeeds only when as many instances as were asked for run', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...app, id: '/filler', cpus: 8 });
  rig.mesos.fateOf = () => 'runs';
  await rig.call('POST', '/v2/apps', { ...app, instances: 4, cpus: 4 });
  await rig.until(() => (rig.mesos.running('web').length === 2 ? true : undefined));
  const { body } = await rig.call('PUT', '/v2/apps/web?force=true', { instances: 3 });
  const succeeded = (): boolean =>
    rig.seen.some((event) => event.eventType === 'deployment_success' && event.id === body.deploymentId);
  await rig.event((event) => event.eventType === 'deployment_failed');
  expect([succeeded(), (await rig.get('/v2/deployments')).body.length]).toEqual([false, 1]);
  await rig.call('DELETE', '/v2/apps/filler');
  await rig.until(() => (succeeded() ? true : undefined));
  expect(rig.mesos.running('web')).toHaveLength(3);
});

test('a deployment that was interrupted by a restart still waits until what it launched is healthy', async () => {
  await using rig = await Rig.start();
  await rig.call('POST', '/v2/apps', checked);
  await rig.until(() => (rig.mesos.running().length === 1 ? true : undefined));
  await rig.stopMarathon();
  await rig.startMarathon();
  await rig.event((event) => event.eventType === 'deployment_info');
  expect((await rig.get('/v2/deployments')).body).toHaveLength(1);
  rig.mesos.report(rig.mesos.running()[0] ?? '', { state: 'TASK_RUNNING', healthy: true });
  await rig.event((event) => event.eventType === 'deployment_success');
});

test('scaling up does not wait for old instances that run and are not healthy', async () => {
  await using rig = await Rig.start();
  rig.mesos.fateOf = () => 'healthy';
  await rig.deploy('POST', '/v2/apps', checked);
  rig.mesos.report(rig.mesos.running()[0] ?? '', { state: 'TASK_RUNNING', healthy: false });
  await rig.event((event) => event.eventType === 'instance_health_changed_event' && event.healthy === false);
  await rig.deploy('PUT', '/v2/apps/web', { instances: 2 });
  expect((await rig.get('/v2/apps/web')).body.app).toMatchObject({ tasksHealthy: 1, tasksUnhealthy: 1 });
});

test.for([
  ['PUT', '/v2/apps/web', { env: { NEW: 'yes' } }],
  ['POST', '/v2/apps/web/restart', undefined],
] as const)(
  'constraints count the new configuration only: %s %s needs no free host',
  async ([method, path, body]) => {
    await using rig = await Rig.start();
    await rig.deploy('POST', '/v2/apps', { ...unique, instances: 2 });
    await rig.deploy(method, path, body);
    const { tasks } = (await rig.get('/v2/apps/web')).body.app;
    expect(new Set(tasks.map((task: { readonly host: string }) => task.host)).size).toBe(2);
  },
);

test('constraints count all instances when an app is scaled', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', unique);
  await rig.deploy('PUT', '/v2/apps/web', { instances: 2 });
  const { tasks } = (await rig.get('/v2/apps/web')).body.app;
  expect(new Set(tasks.map((task: { readonly host: string }) => task.host)).size).toBe(2);
});

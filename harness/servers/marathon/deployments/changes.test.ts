import { expect, test } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { Rig } from '../testing/rig.ts';

const app = { id: '/web', cmd: 'serve', cpus: 0.1, mem: 32 };
const checked = { ...app, healthChecks: [{ protocol: 'MESOS_TCP', portIndex: 0 }] };

test('a change of an app that is being deployed is refused with the deployment in the way', async () => {
  await using rig = await Rig.start();
  const first = await rig.call('POST', '/v2/apps', checked);
  const refused = await rig.call('PUT', '/v2/apps/web', { cmd: 'other' });
  expect(refused.status).toBe(409);
  expect(refused.body).toEqual({
    message:
      "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
    deployments: first.body.deployments,
  });
  expect((await rig.get('/v2/apps/web')).body.app.cmd).toBe('serve');
  const failed = await rig.event((event) => event.eventType === 'group_change_failed');
  expect(failed.reason).toBe(refused.body.message);
});

test('a forced change cancels the deployment in the way, and what that started stays until it is replaced', async () => {
  await using rig = await Rig.start();
  const first = await rig.call('POST', '/v2/apps', checked);
  await rig.until(() => (rig.mesos.running('web').length === 1 ? true : undefined));
  rig.mesos.fateOf = () => 'healthy';
  await rig.deploy('PUT', '/v2/apps/web?force=true', { cmd: 'other' });
  const id = first.body.deployments[0].id;
  const failed = await rig.event((event) => event.eventType === 'deployment_failed' && event.id === id);
  expect(failed.reason).toBe('The upgrade has been cancelled');
  expect(rig.mesos.running('web')).toHaveLength(1);
});

test('deployments of different apps run side by side', async () => {
  await using rig = await Rig.start();
  await rig.call('POST', '/v2/apps', checked);
  await rig.deploy('POST', '/v2/apps', { ...app, id: '/other' });
  expect((await rig.get('/v2/deployments')).body).toMatchObject([{ affectedApps: ['/web'] }]);
});

test('deleting a deployment brings the old definition back under a new version', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', app);
  const before = (await rig.get('/v2/apps/web')).body.app;
  const change = await rig.call('PUT', '/v2/apps/web', { healthChecks: checked.healthChecks });
  const undone = await rig.deploy('DELETE', `/v2/deployments/${change.body.deploymentId}`);
  expect(undone.status).toBe(200);
  const after = (await rig.get('/v2/apps/web')).body.app;
  expect(after.healthChecks).toBeUndefined();
  expect(after.version > before.version).toBe(true);
  expect(after.tasksRunning).toBe(1);
});

test('deleting the deployment of a new app removes the app', async () => {
  await using rig = await Rig.start();
  const posted = await rig.call('POST', '/v2/apps', checked);
  await rig.deploy('DELETE', `/v2/deployments/${posted.body.deployments[0].id}`);
  expect((await rig.get('/v2/apps/web')).status).toBe(404);
  expect(rig.mesos.tasks.size).toBe(0);
});

test('deleting a deployment by force leaves definition and tasks as they are', async () => {
  await using rig = await Rig.start();
  const posted = await rig.call('POST', '/v2/apps', checked);
  await rig.until(() => (rig.mesos.running('web').length === 1 ? true : undefined));
  const answer = await rig.call('DELETE', `/v2/deployments/${posted.body.deployments[0].id}?force=true`);
  expect(answer).toMatchObject({ status: 202, body: '' });
  expect((await rig.get('/v2/deployments')).body).toEqual([]);
  expect(rig.mesos.running('web')).toHaveLength(1);
});

test('a deployment that cannot become healthy ends at the deadline of its label, naming what it waited for', async () => {
  await using rig = await Rig.start({
    clock: new VirtualClock(Date.UTC(2026, 0, 1)),
    deploymentDeadlineLabel: 'DEADLINE',
    deploymentDeadlineSeconds: 5,
  });
  const labels = { DEADLINE: '60' };
  await rig.call('POST', '/v2/apps', { ...checked, labels, instances: 2 });
  const failed = await rig.event((event) => event.eventType === 'deployment_failed');
  expect(failed.reason).toBe(
    'the deadline of 60 s has passed; /web: 0 of 2 instances are running, healthy and ready',
  );
  expect(failed.timestamp).toBe('2026-01-01T00:01:00.000Z');
});

test('the steps of a group follow the dependencies, each with its events', async () => {
  await using rig = await Rig.start();
  await rig.deploy('PUT', '/v2/groups/shop', {
    apps: [
      { ...app, id: 'front', dependencies: ['back'] },
      { ...app, id: 'back' },
    ],
  });
  const steps = rig.seen.filter((event) => /^deployment_/.test(event.eventType));
  expect(steps.map(({ eventType }) => eventType)).toEqual([
    ...Array(3).fill(['deployment_info', 'deployment_step_success']).flat(),
    'deployment_success',
  ]);
  expect(steps[2]?.currentStep).toEqual({ actions: [{ action: 'ScaleApplication', app: '/shop/back' }] });
  expect(steps[4]?.currentStep).toEqual({ actions: [{ action: 'ScaleApplication', app: '/shop/front' }] });
});

test('a change without any difference succeeds at once and keeps version and tasks', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', app);
  const before = (await rig.get('/v2/apps/web')).body.app;
  await rig.deploy('PUT', '/v2/apps/web', { cmd: 'serve' });
  const after = (await rig.get('/v2/apps/web')).body.app;
  expect(after.version).toBe(before.version);
  expect(after.tasks[0].id).toBe(before.tasks[0].id);
});

test('a dry run of a group answers the steps and changes nothing', async () => {
  await using rig = await Rig.start();
  const answer = await rig.call('PUT', '/v2/groups/shop?dryRun=true', { apps: [{ ...app, id: 'back' }] });
  expect(answer.body.steps).toEqual([
    { actions: [{ action: 'StartApplication', app: '/shop/back' }] },
    { actions: [{ action: 'ScaleApplication', app: '/shop/back' }] },
  ]);
  expect((await rig.get('/v2/groups/shop')).status).toBe(404);
});

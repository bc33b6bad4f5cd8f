import { expect, test } from 'vitest';
import { Rig } from './testing/rig.ts';

const sleeper = { id: '/sleeper', cmd: 'sleep 1000', cpus: 0.1, mem: 32 };

test('a posted app runs, and its deployment ends with success', async () => {
  await using rig = await Rig.start();
  const answer = await rig.deploy('POST', '/v2/apps', sleeper);
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ id: '/sleeper', tasksRunning: 0, deployments: [{}] });
  const { body } = await rig.get('/v2/apps//sleeper');
  expect(body.app).toMatchObject({ tasksRunning: 1, tasksStaged: 0, deployments: [] });
  expect(body.app.tasks[0]).toMatchObject({ state: 'TASK_RUNNING', appId: '/sleeper' });
  expect(rig.mesos.running('sleeper')).toHaveLength(1);
});

test('a posted app gets exactly as many instances as it asks for', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...sleeper, instances: 3 });
  expect((await rig.get('/v2/apps/sleeper')).body.app.tasks).toHaveLength(3);
});

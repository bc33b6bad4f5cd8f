import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { Rig } from '../testing/rig.ts';

const app = { id: '/shop/web', cmd: 'serve', cpus: 0.1, mem: 32 };

test('an id may be written after the path with or without its own slash', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', app);
  for (const path of ['/v2/apps//shop/web', '/v2/apps/shop/web', '/v2/apps/shop/web/']) {
    expect((await rig.get(path)).body.app.id).toBe('/shop/web');
  }
  expect((await rig.get('/v2/apps//shop/web/versions')).body.versions).toHaveLength(1);
  expect((await rig.get('/v2/apps//shop/web/tasks')).body.tasks).toHaveLength(1);
  expect((await rig.get('/v2/apps/shop/*')).body['*']).toHaveLength(1);
  expect((await rig.get('/v2/groups//shop')).body.id).toBe('/shop');
});

test('every answer names the leader and forbids caching', async () => {
  await using rig = await Rig.start();
  const { headers } = await rig.get('/v2/apps');
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-marathon-leader')).toBe(rig.url);
  expect(headers.get('cache-control')).toBe('no-cache, no-store, must-revalidate');
  expect(headers.get('pragma')).toBe('no-cache');
});

test.for([
  ['GET', '/v2/apps/nope', undefined, 404, { message: "App '/nope' does not exist" }],
  ['GET', '/v2/groups/nope', undefined, 404, { message: "Group '/nope' does not exist" }],
  ['DELETE', '/v2/apps/nope', undefined, 404, { message: "App '/nope' does not exist" }],
  ['POST', '/v2/apps/nope/restart', undefined, 404, { message: "App '/nope' does not exist" }],
  ['PATCH', '/v2/apps/nope', { cmd: 'x1' }, 404, { message: "App '/nope' does not exist" }],
  ['DELETE', '/v2/deployments/nope', undefined, 404, { message: 'DeploymentPlan nope does not exist' }],
  ['GET', '/v2/apps/nope/tasks', undefined, 404, { message: "App '/nope' does not exist" }],
  ['DELETE', '/v2/apps/nope/tasks/t', undefined, 404, { message: "App '/nope' does not exist" }],
  ['POST', '/v2/apps', '', 400, { message: 'Please specify data in JSON format' }],
  ['GET', '/v2/pods', undefined, 404, { message: 'URI not found' }],
  ['PUT', '/v2/info', {}, 405, { message: 'Method Not Allowed' }],
  ['GET', '/v2/events', undefined, 405, { message: 'Method Not Allowed' }],
] as const)('%s %s %j is answered with %i', async ([method, path, body, status, answer]) => {
  await using rig = await Rig.start();
  expect(await rig.call(method, path, body)).toMatchObject({ status, body: answer });
});

test('a body of another content type is refused', async () => {
  await using rig = await Rig.start();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await rig.call('POST', '/v2/apps', JSON.stringify(app), headers)).status).toBe(415);
});

test('broken JSON is answered with the text of the parser', async () => {
  await using rig = await Rig.start();
  const answer = await rig.call('POST', '/v2/apps', '{"id":');
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({ message: 'Invalid JSON', details: expect.any(String) });
});

test('flags are true in any case, and anything else is false', async () => {
  await using rig = await Rig.start();
  await rig.call('POST', '/v2/apps', { ...app, healthChecks: [{ protocol: 'MESOS_TCP', portIndex: 0 }] });
  expect((await rig.call('PUT', '/v2/apps/shop/web?force=1', { cmd: 'other' })).status).toBe(409);
  expect((await rig.call('PUT', '/v2/apps/shop/web?force=True', { cmd: 'other' })).status).toBe(200);
});

test('scale and wipe together are refused before anything else is looked at', async () => {
  await using rig = await Rig.start();
  const message = 'You cannot use scale and wipe at the same time.';
  const query = '?scale=true&wipe=true';
  for (const [method, path, body] of [
    ['DELETE', `/v2/apps/nope/tasks${query}`, undefined],
    ['DELETE', `/v2/apps/nope/tasks/t${query}`, undefined],
    ['POST', `/v2/tasks/delete${query}`, { ids: [] }],
  ] as const) {
    expect(await rig.call(method, path, body)).toMatchObject({ status: 400, body: { message } });
  }
});

test('killing tasks with scale lowers the instances and takes exactly these', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 3 });
  const [first, , third] = (await rig.get('/v2/apps/shop/web/tasks')).body.tasks;
  await rig.deploy('POST', '/v2/tasks/delete?scale=true', { ids: [first.id, third.id] });
  const after = (await rig.get('/v2/apps/shop/web')).body.app;
  expect(after.instances).toBe(1);
  expect(after.tasks).toHaveLength(1);
  expect([first.id, third.id]).not.toContain(after.tasks[0].id);
});

test('a killed task is replaced within its instance, without delay', async () => {
  await using rig = await Rig.start({ clock: new VirtualClock(Date.UTC(2026, 0, 1)) });
  await rig.deploy('POST', '/v2/apps', { ...app, backoffSeconds: 100 });
  const [task] = (await rig.get('/v2/tasks')).body.tasks;
  const killed = await rig.call('DELETE', `/v2/apps/shop/web/tasks/${task.id}`);
  expect(killed.body.task.id).toBe(task.id);
  const next = await rig.event((event) => event.taskStatus === 'TASK_RUNNING' && event.taskId !== task.id);
  expect(next.taskId).toBe(task.id.replace('_app.1', '_app.2'));
  expect(Date.parse(String(next.timestamp)) - Date.UTC(2026, 0, 1)).toBeLessThan(2_000);
});

test('versions are listed and can be gone back to', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', app);
  const { version } = (await rig.get('/v2/apps/shop/web')).body.app;
  await rig.deploy('PUT', '/v2/apps/shop/web', { cmd: 'other' });
  expect((await rig.get(`/v2/apps/shop/web/versions/${version}`)).body.cmd).toBe('serve');
  await rig.deploy('PUT', '/v2/apps/shop/web', { version });
  const back = (await rig.get('/v2/apps/shop/web')).body.app;
  expect(back.cmd).toBe('serve');
  expect(back.version > version).toBe(true);
  const unknown = '2001-01-01T00:00:00.000Z';
  expect(await rig.get(`/v2/apps/shop/web/versions/${unknown}`)).toMatchObject({
    status: 404,
    body: { message: `App '/shop/web' does not exist in version ${unknown}` },
  });
});

test('restart replaces all tasks and keeps the time of the last scaling', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...app, instances: 2 });
  const before = (await rig.get('/v2/apps/shop/web')).body.app;
  await rig.deploy('POST', '/v2/apps/shop/web/restart');
  const after = (await rig.get('/v2/apps/shop/web')).body.app;
  expect(after.version > before.version).toBe(true);
  expect(after.versionInfo.lastScalingAt).toBe(before.versionInfo.lastScalingAt);
  for (const task of after.tasks)
    expect(before.tasks.map((old: { id: string }) => old.id)).not.toContain(task.id);
});

test('lists show tasks only when they are embedded, counts and deployments always', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...app, labels: { tier: 'front' } });
  const [plain] = (await rig.get('/v2/apps')).body.apps;
  expect(plain).toMatchObject({ tasksRunning: 1, deployments: [] });
  expect(plain.tasks).toBeUndefined();
  const [full] = (await rig.get('/v2/apps?embed=apps.tasks&embed=apps.taskStats&label=tier%3D%3Dfront')).body
    .apps;
  expect(full.tasks).toHaveLength(1);
  expect(full.tasksStats.totalSummary.stats.counts.running).toBe(1);
  expect((await rig.get('/v2/apps?label=tier%3D%3Dback')).body.apps).toEqual([]);
  expect((await rig.get('/v2/apps?id=SHOP&cmd=SERV')).body.apps).toHaveLength(1);
});

test('with a password nothing is answered without it, and who may only read changes nothing', async () => {
  const credentials = { user: 'admin', password: 'secret' };
  const readOnlyCredentials = { user: 'viewer', password: 'look' };
  await using rig = await Rig.start({ credentials, readOnlyCredentials });
  const as = (user: string, password: string): Record<string, string> => ({
    authorization: `Basic ${btoa(`${user}:${password}`)}`,
  });
  const stranger = await rig.get('/v2/apps');
  expect(stranger.status).toBe(401);
  expect(stranger.headers.get('www-authenticate')).toMatch(/^Basic/);
  expect((await rig.call('GET', '/v2/apps', undefined, as('viewer', 'look'))).status).toBe(200);
  expect((await rig.call('POST', '/v2/apps', app, as('viewer', 'look'))).status).toBe(403);
  expect((await rig.call('POST', '/v2/apps', app, as('admin', 'wrong'))).status).toBe(401);
  expect((await rig.call('POST', '/v2/apps', app, as('admin', 'secret'))).status).toBe(201);
});

test('credentials are taken however the scheme is written', async () => {
  await using rig = await Rig.start({ credentials: { user: 'admin', password: 'secret' } });
  const token = Buffer.from('admin:secret').toString('base64');
  for (const scheme of ['Basic', 'basic', 'BASIC']) {
    const headers = { authorization: `${scheme} ${token}` };
    expect((await rig.call('GET', '/v2/apps', undefined, headers)).status).toBe(200);
  }
});

test('the hundred and first deployment at once is refused', async () => {
  await using rig = await Rig.start();
  const waiting = { ...app, cpus: 1000 };
  for (let n = 0; n < 100; n++) await rig.call('POST', '/v2/apps', { ...waiting, id: `/waiting-${n}` });
  const answer = await rig.call('POST', '/v2/apps', { ...waiting, id: '/one-more' });
  expect(answer.status).toBe(403);
  expect((await rig.get('/v2/apps/one-more')).status).toBe(404);
});

test('events are framed line by line with CR LF, one blank after the colon, filtered by type', async () => {
  await using rig = await Rig.start();
  const url = new URL(rig.url);
  const socket = connect(Number(url.port), url.hostname);
  socket.write(
    'GET /v2/events?event_type=group_change_success HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n',
  );
  let text = '';
  const framed = new Promise<string>((resolve) => {
    socket.on('data', (data) => {
      text += data.toString();
      const event = /event: .*?\r\n\r\n/s.exec(text);
      if (event !== null) resolve(event[0]);
    });
  });
  await rig.call('POST', '/v2/apps', app);
  const lines = (await framed).split('\r\n');
  expect(lines[0]).toBe('event: group_change_success');
  expect(lines[1]).toMatch(
    /^data: \{"eventType":"group_change_success","timestamp":"[^"]{24}","groupId":"\/shop"/,
  );
  expect(lines.slice(2)).toEqual(['', '']);
  expect(text).toMatch(/content-type: text\/event-stream/i);
  expect(text).toMatch(/transfer-encoding: chunked/i);
  socket.destroy();
});

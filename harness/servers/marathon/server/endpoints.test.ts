import { expect, test } from 'vitest';
import { Rig } from '../testing/rig.ts';

const app = { id: '/shop/web', cmd: 'serve', cpus: 0.1, mem: 32, instances: 2 };

async function textOf(rig: Rig, path: string, accept = 'text/plain'): Promise<string> {
  const response = await fetch(`${rig.url}${path}`, { headers: { accept } });
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  return response.text();
}

test('tasks are listed as plain text for who asks for that', async () => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', { ...app, portDefinitions: [{ port: 9090 }, { port: 9091 }] });
  await rig.deploy('POST', '/v2/apps', { ...app, id: '/job', instances: 1, portDefinitions: [] });
  const { tasks } = (await rig.get('/v2/apps/shop/web/tasks')).body;
  const at = (index: number): string =>
    tasks.map((task: { host: string; ports: number[] }) => `${task.host}:${task.ports[index]}\t`).join('');
  const web = `shop_web\t9090\t${at(0)}\nshop_web\t9091\t${at(1)}\n`;
  expect(await textOf(rig, '/v2/apps/shop/web/tasks')).toBe(web);
  const all = await textOf(rig, '/v2/tasks');
  expect(all).toContain(web);
  expect(all).toMatch(/^job\t \t(one|two)\.test\t$/m);
});

test.for(['*/*', 'application/json', 'text/plain, application/json'])(
  'tasks are listed as JSON for who accepts %s',
  async (accept) => {
    await using rig = await Rig.start();
    const { headers, body } = await rig.call('GET', '/v2/tasks', undefined, { accept });
    expect([headers.get('content-type'), body]).toEqual(['application/json', { tasks: [] }]);
  },
);

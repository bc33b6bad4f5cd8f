import { request } from 'node:http';
import { expect, test } from 'vitest';
import { Rig } from '../testing/rig.ts';

const app = { id: '/web', cmd: 'serve', cpus: 0.1, mem: 32 };
const credentials = { user: 'admin', password: 's3cret' };

/** Sends the request with exactly these headers. */
function ask(
  rig: Rig,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}> {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(rig.url), { method, path, headers }, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asking.on('error', reject);
    asking.end();
  });
}

const basic = { authorization: `Basic ${btoa('admin:s3cret')}` };

test.each([
  [basic, 200],
  [{ authorization: 'Bearer s3cret' }, 200],
  [{ authorization: 'token=s3cret' }, 200],
  [{ authorization: 'Bearer other' }, 401],
  [{ authorization: `Basic ${btoa('admin:')}` }, 401],
  [{}, 401],
])('with credentials required, %j is answered with %i', async (headers, status) => {
  await using rig = await Rig.start({ credentials });
  expect((await ask(rig, 'GET', '/v2/info', headers)).status).toBe(status);
});

test.each([
  { Origin: 'http://evil.example' } as Record<string, string>,
  { Origin: 'null' },
  { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
  { Host: 'evil.example:8080' },
])('a restart without a body that a page sends with %j is refused, credentials or not', async (foreign) => {
  await using rig = await Rig.start();
  await rig.deploy('POST', '/v2/apps', app);
  const { version } = (await rig.get('/v2/apps/web')).body.app;
  expect((await ask(rig, 'POST', '/v2/apps/web/restart', { ...basic, ...foreign })).status).toBe(403);
  expect((await rig.get('/v2/apps/web')).body.app.version).toBe(version);
});

test('names of the server that the starter allows are answered', async () => {
  await using rig = await Rig.start({ foreign: { hosts: ['marathon.mesos'] } });
  expect((await ask(rig, 'GET', '/ping', { Host: 'marathon.mesos:8080' })).status).toBe(200);
  expect((await ask(rig, 'GET', '/ping', { Host: 'other.mesos:8080' })).status).toBe(403);
});

test('an answer is never wrapped as JSONP, and no other origin is allowed to read it', async () => {
  await using rig = await Rig.start();
  const { headers, text } = await ask(rig, 'GET', '/v2/apps?jsonp=steal&callback=steal');
  expect(text).toBe('{"apps":[]}');
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('the root leads to a page without scripts', async () => {
  await using rig = await Rig.start();
  for (const path of ['/', '/ui']) {
    const { status, headers } = await ask(rig, 'GET', path);
    expect([status, headers.location]).toEqual([302, '/ui/']);
  }
  const { status, headers, text } = await ask(rig, 'GET', '/ui/');
  expect([status, headers['content-type']]).toEqual([200, 'text/html;charset=utf-8']);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(text).toContain('<h1>Marathon (marathon)</h1>');
  expect(text).not.toContain('<script');
});

test.each([
  ['GET', '/v2/apps/%zz'],
  ['GET', '/v2/apps/%ff'],
  ['GET', '/v2/apps?label=%'],
  ['GET', '/v2/apps/a%00b'],
])('%s %s is a bad request', async (method, path) => {
  await using rig = await Rig.start();
  expect((await ask(rig, method, path)).status).toBe(400);
});

test.each([
  '{"id":"/a","cmd":"xx","cpus":1e999}',
  '{"id":"/a","cmd":"xx","instances":1e300}',
  '{"id":"/a","cmd":"xx","instances":99999999999999999999}',
  '{"id":"/a","cmd":"xx","constraints":[["hostname","LIKE","("]]}',
  '{"id":"/a","cmd":"xx","constraints":[["hostname","GROUP_BY","99999999999999999999"]]}',
  '{"id":"/a","cmd":"xx","backoffSeconds":1e20}',
  '{"id":"/a","cmd":"xx","portDefinitions":[{"port":1e99}]}',
  '{"id":"/a","cmd":"xx","taskKillGracePeriodSeconds":1e18}',
  '{"id":"/a","cmd":"xx","upgradeStrategy":{"minimumHealthCapacity":1e308}}',
  `{"id":"/a","env":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
  `${'['.repeat(200_000)}`,
  '{"__proto__":{"id":"/a"},"constructor":1,"id":"/a"}',
  '[]',
  '"text"',
  'null',
  '1e999',
  '\ufeff{}',
])('body %# is refused, not a defect', async (body) => {
  await using rig = await Rig.start();
  const { status } = await rig.call('POST', '/v2/apps', body);
  expect({ body: body.slice(0, 80), status, isRefused: status >= 400 && status < 500 }).toMatchObject({
    isRefused: true,
  });
});

import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConsoleRig } from './testing/rig.ts';

let rig: ConsoleRig;

beforeAll(async () => {
  rig = await ConsoleRig.start();
});

afterAll(() => rig?.[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** fetch may not choose Host, Origin and Cookie; whoever attacks may. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, rig.console.url), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The cookie of a browser that followed a new link. */
async function signIn(): Promise<string> {
  const { headers } = await ask(rig.console.loginUrl().pathname);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

test('a login link signs in once', async () => {
  const { pathname } = rig.console.loginUrl();
  const first = await ask(pathname);
  expect(first.status).toBe(200);
  expect(String(first.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict/);
  expect((await ask(pathname)).status).toBe(401);
});

describe('without a session', () => {
  test.each(['/', '/apps', '/api/about', '/api/marathon/v2/apps', '/api/live', '/login/guessed'])(
    '%s tells nothing',
    async (path) => {
      const { status, body } = await ask(path);
      expect(status).toBe(401);
      expect(body).not.toContain('up shop');
    },
  );
});

describe('a foreign page is refused, even with the cookie', () => {
  const foreign: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['that renamed its host to this address', { host: 'evil.example' }],
    ['that sends a form', { origin: 'http://evil.example' }],
    ['of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['that loads data as a picture', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['in an opaque origin', { origin: 'null' }],
  ];
  test.each(foreign)('%s', async (_, headers) => {
    const cookie = await signIn();
    for (const path of ['/', '/api/about', '/api/live', '/api/marathon/v2/apps', '/assets/app.js']) {
      expect((await ask(path, { cookie, ...headers })).status).toBe(403);
    }
    expect((await ask('/api/marathon/v2/apps', { cookie, ...headers }, 'POST')).status).toBe(403);
  });
});

test('what is served may load nothing from elsewhere, run no inline script and stand in no frame', async () => {
  const { headers } = await ask('/', { cookie: await signIn() });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test("the browser never sees the cluster's credentials", async () => {
  const cookie = await signIn();
  const { password = '' } = rig.cluster.auth ?? {};
  expect(password).not.toBe('');
  for (const path of ['/', '/api/about', '/api/marathon/v2/info', '/api/mesos/state', '/api/mesos/flags']) {
    const { status, body, headers } = await ask(path, { cookie });
    expect(status).toBe(200);
    expect(body).not.toContain(password);
    expect(JSON.stringify(headers)).not.toContain(password);
  }
});

test('a path cannot leave the cluster', async () => {
  const cookie = await signIn();
  for (const path of [
    '/api/marathon//evil.example/x',
    '/api/marathon/%2f%2fevil.example',
    '/api/mesos/\\evil',
  ]) {
    const { status, body } = await ask(path, { cookie });
    expect(status).not.toBe(502);
    expect(body).not.toContain('ENOTFOUND');
  }
});

test.each([
  { kind: 'approve', service: '--all', environment: 'production', reason: 'x' },
  { kind: 'approve', service: 'orders', environment: '../production', reason: 'x' },
  { kind: 'approve', service: null, environment: 'production', reason: 'x' },
  { kind: 'down', service: 'orders', environment: 'production', reason: 'x' },
  { kind: 'approve', service: 'orders', environment: 'production', reason: ' ' },
])('only names of the configuration and a reason make a decision: %j', async (body) => {
  const { origin } = rig.console.url;
  const headers = { cookie: await signIn(), origin, 'content-type': 'application/json' };
  const answer = await fetch(new URL('/api/decide', origin), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(404);
});

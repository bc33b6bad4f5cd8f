import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedReports, serveReports } from './index.ts';

let folder: string;
let served: ServedReports;
let cookie: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-reports-'));
  await mkdir(join(folder, 'reports/promotion'), { recursive: true });
  await writeFile(join(folder, 'reports/promotion/index.html'), '<h1>Yes</h1>');
  await writeFile(join(folder, 'secret.txt'), 'sesame');
  served = await serveReports(join(folder, 'reports'));
  const { headers } = await ask(served.loginUrl.pathname, {});
  cookie = String(headers['set-cookie']).split(';')[0] ?? '';
});

afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** fetch may neither choose these headers nor send a path with `..` in it. */
function ask(path: string, headers: Readonly<Record<string, string>> = { cookie }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = served.url;
    request({ hostname, port, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}

test('whoever followed the link reads the reports, and nobody else', async () => {
  expect((await ask('/promotion/index.html')).body).toBe('<h1>Yes</h1>');
  expect((await ask('/')).body).toBe('<h1>Yes</h1>');
  expect((await ask('/promotion/index.html', {})).status).toBe(401);
  expect((await ask(served.loginUrl.pathname, {})).status).toBe(401);
});

test('a foreign page is refused, even with the cookie', async () => {
  expect((await ask('/', { cookie, host: 'evil.example' })).status).toBe(403);
  expect((await ask('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/promotion/../../secret.txt', '/..%2fsecret.txt'])(
  '%s does not leave the folder',
  async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toContain('sesame');
  },
);

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type AttachedSpec, attachPlatform } from './index.ts';

const never = new AbortController().signal;

async function answering(status: number, type: string, body: string): Promise<URL> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function spec(...marathonUrls: AttachedSpec['marathonUrls']): AttachedSpec {
  const edge = { url: new URL('http://127.0.0.1:9'), auth: null };
  return { name: 'prod', runtime: 'process', marathonUrls, auth: null, token: null, mesos: null, edge };
}

test.each([
  ['nobody listens', async () => new URL('http://127.0.0.1:9'), /GET \S+: .*ECONNREFUSED/],
  ['it asks for a password', () => answering(401, 'text/plain', ''), /401 it asks for credentials that fit/],
  ['it answers HTML', () => answering(200, 'text/html', '<h1>Hi</h1>'), /answered text\/html, not JSON/],
  [
    'it is something else',
    () => answering(200, 'application/json', '{"name":"chronos"}'),
    /there is no Marathon/,
  ],
])('a Marathon that cannot be used is named by its key: %s', async (_, address, said) => {
  await expect(attachPlatform(spec(await address()), never)).rejects.toMatchObject({
    code: 'SG_PLATFORM_UNREACHABLE',
    message: expect.stringMatching(new RegExp(`^platforms\\.prod\\.marathon: .*${said.source}`)),
  });
});

test('a platform is known by its framework id, not by the master that happened to answer', async () => {
  const info = JSON.stringify({ name: 'marathon', version: '1.11.24', frameworkId: 'f-1' });
  const working = await answering(200, 'application/json', info);
  const platform = await attachPlatform(spec(new URL('http://127.0.0.1:9'), working), never);
  expect(platform.id).toBe('prod:f-1');
});

test('an edge that does not answer is named by its key', async () => {
  const marathon = await answering(200, 'application/json', '{"name":"marathon"}');
  const platform = await attachPlatform(spec(marathon), never);
  await expect(platform.addresses.reserve('/production/shop/orders')).rejects.toMatchObject({
    code: 'SG_PLATFORM_UNREACHABLE',
    message: expect.stringContaining(
      'platforms.prod.edge: POST http://127.0.0.1:9/routes for /production/shop/orders',
    ),
  });
});

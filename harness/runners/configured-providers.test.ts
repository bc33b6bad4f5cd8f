import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProviderVerifying } from '../model/index.ts';
import { openStageRig, type StageRig } from './stage-rig.ts';

/** Remembers the state it is told, and wants a token; `ready` is for the test helper that starts it. */
const server = `
  import { createServer } from 'node:http';
  let stock = 0;
  createServer(async (request, response) => {
    if (request.url === '/health/ready') return response.end();
    if (request.url === '/_pact/states') {
      const { state, params } = JSON.parse(await new Response(request).text());
      if (state !== 'there is stock') return response.writeHead(404).end('unknown state');
      stock = params.pieces;
      return response.end();
    }
    if (request.headers.authorization !== 'Bearer t') return response.writeHead(401).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ stock }));
  }).listen(process.env.PORT, '127.0.0.1');`;

const configured: ProviderVerifying = {
  statesPath: '/_pact/states',
  statesModule: null,
  headers: { Authorization: 'Bearer t' },
  timeoutMs: 5_000,
};

async function prepare(rig: StageRig, { provider = 'shop', state = 'there is stock' } = {}): Promise<string> {
  await mkdir(join(rig.root, 'pacts'));
  const pact = {
    consumer: { name: 'cart' },
    provider: { name: provider },
    interactions: [
      {
        type: 'Synchronous/HTTP',
        description: 'stock',
        providerStates: [{ name: state, params: { pieces: 3 } }],
        request: { method: 'GET', path: '/stock' },
        response: {
          status: 200,
          body: { content: { stock: 3 }, contentType: 'application/json', encoded: false },
        },
      },
    ],
    metadata: { pactSpecification: { version: '4.0' } },
  };
  await writeFile(join(rig.root, 'pacts', 'cart-shop.json'), JSON.stringify(pact));
  await writeFile(join(rig.root, 'server.mjs'), server);
  const file = join(rig.root, 'bundle.tar.gz');
  execFileSync('tar', ['-czf', file, '-C', rig.root, 'server.mjs']);
  return file;
}

test('a provider is verified as its configuration says, states by its own path and with its headers', async () => {
  await using rig = await openStageRig();
  const bundle = await prepare(rig);
  const [result] = await rig.run('contract', ['shop'], { bundle, provider: configured });
  expect(result).toMatchObject({ status: 'pass', contracts: [{ consumer: 'cart', outcome: 'pass' }] });
});

test('a state that the provider does not know breaks the verification, by name', async () => {
  await using rig = await openStageRig();
  const bundle = await prepare(rig, { state: 'it rains' });
  const [result] = await rig.run('contract', ['shop'], { bundle, provider: configured });
  expect(result?.status).toBe('fail');
  expect(JSON.stringify(result?.cases)).toContain('answered 404: unknown state');
});

test('states may be functions of a module', async () => {
  await using rig = await openStageRig();
  const bundle = await prepare(rig);
  const module = join(rig.root, 'states.mjs');
  await writeFile(
    module,
    `export default (service) => ({ 'there is stock': (params) =>
      fetch(service.url + '/_pact/states', { method: 'POST', body: JSON.stringify({ state: 'there is stock', params }) }) });`,
  );
  const provider = { ...configured, statesPath: null, statesModule: module };
  const [result] = await rig.run('contract', ['shop'], { bundle, provider });
  expect(result?.status).toBe('pass');
});

test('a pact may call a service by another name, and keeps it', async () => {
  await using rig = await openStageRig();
  const bundle = await prepare(rig, { provider: 'Shop Service' });
  const [unknown] = await rig.run('contract', ['shop'], { bundle, provider: configured });
  expect(unknown?.status).not.toBe('pass');
  const names = { 'Shop Service': 'shop' };
  const [result] = await rig.run('contract', ['shop'], { bundle, provider: configured, pactNames: names });
  expect(result?.status).toBe('pass');
  expect(await readFile(join(rig.root, 'pacts', 'cart-shop.json'), 'utf8')).toContain('Shop Service');
});

import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStageRig, pact, type StageRig } from '../stage-rig.ts';

let rig: StageRig;
beforeEach(async () => {
  rig = await openStageRig();
  await mkdir(join(rig.root, 'pacts'));
});
afterEach(() => rig[Symbol.asyncDispose]());

/** Packs a service of one file as a build would. */
async function bundle(server: string): Promise<string> {
  await writeFile(join(rig.root, 'server.mjs'), server);
  execFileSync('tar', ['-czf', join(rig.root, 'bundle.tar.gz'), '-C', rig.root, 'server.mjs']);
  return join(rig.root, 'bundle.tar.gz');
}

const serves = `
import { createServer } from 'node:http';
let ready = false;
setTimeout(() => { ready = true; }, 50);
const server = createServer((request, response) => {
  if (request.url === '/health/ready') return response.writeHead(ready ? 200 : 503).end();
  response.end(JSON.stringify({ neighbour: process.env.NEIGHBOUR_URL, marker: process.env.STAGEGATE_TEST_MARKER }));
});
process.on('SIGTERM', () => { console.log('going'); server.close(); server.closeAllConnections(); });
server.listen(process.env.PORT, process.env.LISTEN_ADDRESS);
`;

/** Fails unless every test of the suite passed. */
async function runs(body: string, bundleFile = '', status = 'pass'): Promise<void> {
  const imports = `import { startService, verifyProvider } from 'stagegate/testing';`;
  await rig.suite('contract/shop/shop.provider.test.ts', `${imports}\n${body}`);
  const [result] = await rig.run('contract', ['shop'], { bundle: bundleFile });
  if (status === 'pass') expect(result?.cases.flatMap(({ failure }) => failure?.message ?? [])).toEqual([]);
  expect(result?.status).toBe(status);
}

it('runs the shipped bundle until the file ends, ready before the test goes on', async () => {
  await runs(
    `test('is up', async () => {
       const service = await startService('shop', { env: { NEIGHBOUR_URL: 'http://stub' } });
       const answer = await (await fetch(service.url)).json();
       expect(answer).toEqual({ neighbour: 'http://stub', marker: ${JSON.stringify(rig.root)} });
       const other = await startService('shop');
       expect(await (await fetch(other.url)).json()).toMatchObject({ neighbour: 'http://127.0.0.1:9' });
       expect(await other.stop()).toEqual({ code: 0, signal: null });
       expect(other.logs()).toBe('going\\n');
     });`,
    await bundle(serves),
  );
  expect(await rig.processes()).toEqual([]);
});

it('says with its own words why a service did not come up', async () => {
  await runs(
    `test('is not up', async () => {
       await expect(startService('shop')).rejects.toThrow(
         /^shop ended \\(exit code 7\\) before it was ready: Error: no table "orders"\\n\\nIt wrote:\\nstarting\\nError: no table/,
       );
     });`,
    await bundle(
      `console.error('starting'); console.error('Error: no table "orders"'); console.error('bye'); process.exit(7);`,
    ),
  );
});

it('verifies nothing without a pact, and no pact with a state that has no handler', async () => {
  await runs(`test('nothing to verify', async () => {
    await expect(verifyProvider({ provider: 'nobody', url: 'http://127.0.0.1:9', stateHandlers: {} })).rejects.toThrow(
      'names "nobody" as its provider: nothing was verified',
    );
  });`);
  await writeFile(join(rig.root, 'pacts/cart-shop.json'), pact('cart', 'shop', 'the shop is open'));
  await runs(
    `test('a state is missing', async () => {
    await expect(verifyProvider({ provider: 'shop', url: 'http://127.0.0.1:9', stateHandlers: {} })).rejects.toThrow(
      'shop breaks what cart expects of "d": shop has no handler for the provider state "the shop is open"',
    );
  });`,
    '',
    'fail',
  );
});

it('replays every pact against the provider, each in its state', async () => {
  await writeFile(join(rig.root, 'pacts/cart-shop.json'), pact('cart', 'shop', 'the shop is open'));
  await runs(
    `test('honours it', async () => {
       const { url } = await startService('shop');
       const states = [];
       const stateHandlers = { 'the shop is open': async () => states.push('open') };
       await verifyProvider({ provider: 'shop', url, stateHandlers });
       expect(states).toEqual(['open']);
     });
     test('breaks it', async () => {
       const { createServer } = await import('node:http');
       const broken = createServer((_, response) => response.writeHead(418).end()).listen(0, '127.0.0.1');
       await new Promise((resolve) => broken.once('listening', resolve));
       const url = 'http://127.0.0.1:' + broken.address().port;
       await expect(
         verifyProvider({ provider: 'shop', url, stateHandlers: { 'the shop is open': async () => {} } }),
       ).rejects.toThrow('shop breaks what cart expects of "d": status: expected 200 but was 418');
       broken.close();
     });`,
    await bundle(serves),
  );
});

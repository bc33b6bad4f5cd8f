import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StageResult } from '../model/index.ts';
import { openStageRig, type StageRig } from './stage-rig.ts';

let rig: StageRig;
beforeEach(async () => {
  rig = await openStageRig();
  await mkdir(join(rig.root, 'pacts'));
});
afterEach(() => rig[Symbol.asyncDispose]());

const get = (description: string, more = {}) => ({
  type: 'Synchronous/HTTP',
  description,
  request: { method: 'GET', path: `/${description}` },
  response: { status: 200 },
  ...more,
});

async function commit(consumer: string, provider: string, interactions: readonly object[]): Promise<void> {
  const pact = {
    consumer: { name: consumer },
    provider: { name: provider },
    interactions,
    metadata: { pactSpecification: { version: '4.0' } },
  };
  await writeFile(join(rig.root, 'pacts', `${consumer}-${provider}.json`), JSON.stringify(pact));
}

/** A provider suite of the shop around a server whose handler is given as text. */
async function providerSuite(handler: string, verification = '', before = ''): Promise<void> {
  await rig.suite(
    'contract/shop/shop.provider.test.ts',
    `import { createServer } from 'node:http';
     import { createServer as createSocketServer } from 'node:net';
     import { once } from 'node:events';
     import { verifyProvider } from 'stagegate/testing';
     test('honours', async () => {
       ${before}
       const server = (${handler}).listen(0, '127.0.0.1');
       await once(server, 'listening');
       try {
         const url = 'http://127.0.0.1:' + server.address().port;
         await verifyProvider({ provider: 'shop', url, stateHandlers: {}, timeoutMs: 300, ${verification} });
       } finally {
         server.closeAllConnections?.();
         server.close();
       }
     });`,
  );
}

const fine = 'createServer((request, response) => response.end())';
const fails = 'createServer((request, response) => response.writeHead(500).end())';

async function shop(): Promise<StageResult> {
  const [result] = await rig.run('contract', ['shop']);
  if (result === undefined) throw new Error('no result');
  return result;
}

describe('a provider', () => {
  it('passes when every interaction of every pact that names it was replayed and passed', async () => {
    await commit('cart', 'shop', [get('a'), get('b', { providerStates: [{ name: 's' }] })]);
    await commit('desk', 'shop', [get('c')]);
    await providerSuite(fine, `stateHandlers: { s: async () => {} }`);
    const { status, contracts } = await shop();
    expect(status).toBe('pass');
    expect(contracts).toMatchObject([
      {
        consumer: 'cart',
        provider: 'shop',
        contentHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        outcome: 'pass',
        interactions: [
          { description: 'a', states: [], outcome: 'pass' },
          { description: 'b', states: ['s'], outcome: 'pass' },
        ],
      },
      { consumer: 'desk', outcome: 'pass' },
    ]);
  });

  it.each([
    [
      'a filter of Pact in the environment',
      fails,
      '',
      `process.env.PACT_DESCRIPTION = 'something else';`,
      'fail',
      /expected 200 but was 500/,
    ],
    ['an interaction that a consumer calls pending', fails, '', '', 'inconclusive', /pending/],
    [
      'a state whose handler throws',
      fine,
      `stateHandlers: { s: () => { throw new Error('no table'); } }`,
      '',
      'fail',
      /the handler of the provider state "s" threw no table/,
    ],
    ['a state without a handler', fine, '', '', 'fail', /shop has no handler for the provider state "s"/],
    [
      'a state whose handler never ends',
      fine,
      `stateHandlers: { s: () => new Promise(() => {}) }`,
      '',
      'fail',
      /"s" did not end within 300 ms/,
    ],
    [
      'a provider that hangs up',
      'createServer((request) => request.socket.destroy())',
      '',
      '',
      'fail',
      /closed the connection without a whole answer/,
    ],
    [
      'a provider that never answers',
      'createServer(() => {})',
      '',
      '',
      'fail',
      /gave no answer within 300 ms/,
    ],
    [
      'a provider that answers garbage',
      `createSocketServer((socket) => socket.end('garbage'))`,
      '',
      '',
      'fail',
      /is not HTTP/,
    ],
    ['a provider that is not there', fine, `url: 'http://127.0.0.1:9'`, '', 'fail', /nothing listens there/],
  ])('does not pass with %s', async (about, handler, verification, before, status, because) => {
    const states = about.startsWith('a state') ? { providerStates: [{ name: 's' }] } : {};
    await commit('cart', 'shop', [get('a thing', { ...states, pending: about.includes('pending') })]);
    await providerSuite(handler, verification, before);
    const result = await shop();
    expect(result).toMatchObject({ status, because: expect.stringMatching(because) });
    const outcome = about.startsWith('a state') ? 'inconclusive' : status === 'fail' ? 'fail' : 'pending';
    expect(result.contracts?.[0]?.outcome).toBe(outcome);
  });

  it.each([
    ['holds no test', ''],
    ['skips its test', `test.skip('honours', () => {});`],
    ['verifies nothing', `test('honours', () => {});`],
    [
      'swallows what it is told',
      `import { verifyProvider } from 'stagegate/testing';
      test('honours', () => verifyProvider({ provider: 'shop', url: 'http://127.0.0.1:9', stateHandlers: {} }).catch(() => {}));`,
    ],
  ])('does not pass when its suite %s', async (_what, body) => {
    await commit('cart', 'shop', [get('a')]);
    await rig.suite('contract/shop/shop.provider.test.ts', body);
    expect((await shop()).status).not.toBe('pass');
  });

  it('is said by interaction what each of many unanswered requests was about, without waiting for all of them', async () => {
    await commit(
      'cart',
      'shop',
      Array.from({ length: 12 }, (_, index) => get(`thing ${index}`)),
    );
    await providerSuite('createServer(() => {})', 'timeoutMs: 2_000');
    const started = performance.now();
    const { cases } = await shop();
    expect(cases[0]?.failure?.message).toMatch('cart: thing 11');
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('a consumer', () => {
  const writes = (consumer: string, provider: string, interactions: readonly object[]): string =>
    `import { writeFileSync } from 'node:fs'; import { pactFolder } from 'stagegate/testing';
     ${interactions
       .map((one, index) => {
         const pact = JSON.stringify({
           consumer: { name: consumer },
           provider: { name: provider },
           interactions: [one],
         });
         return `test('writes ${index}', () => { writeFileSync(pactFolder() + '/pact.json', ${JSON.stringify(pact)}); });`;
       })
       .join('\n')}`;

  it('loses nothing of what its tests write, file by file and test by test, into the same bytes every time', async () => {
    await rig.suite('contract/cart/a.consumer.test.ts', writes('cart', 'shop', [get('b'), get('a')]));
    await rig.suite('contract/cart/b.consumer.test.ts', writes('cart', 'shop', [get('c')]));
    expect(await rig.run('contract', ['cart'])).toMatchObject([{ status: 'pass' }]);
    const text = await readFile(join(rig.root, 'pacts/cart-shop.json'), 'utf8');
    expect(
      JSON.parse(text).interactions.map(({ description }: { description: string }) => description),
    ).toEqual(['a', 'b', 'c']);
    await rig.run('contract', ['cart']);
    expect(await readFile(join(rig.root, 'pacts/cart-shop.json'), 'utf8')).toBe(text);
  });

  it('fails when two tests say different things of one description, and shows both', async () => {
    const other = { ...get('add'), request: { method: 'GET', path: '/other' } };
    await rig.suite('contract/cart/a.consumer.test.ts', writes('cart', 'shop', [get('add'), other]));
    const [result] = await rig.run('contract', ['cart']);
    expect(result).toMatchObject({
      status: 'fail',
      because: expect.stringContaining('describe "add" of shop in different ways'),
    });
    expect(await readdir(join(rig.root, 'pacts'))).toEqual([]);
  });

  it('fails when what it wrote is no JSON, and keeps what is committed', async () => {
    await commit('cart', 'shop', [get('a')]);
    await rig.suite(
      'contract/cart/a.consumer.test.ts',
      `import { writeFileSync } from 'node:fs'; import { pactFolder } from 'stagegate/testing';
       test('writes half', () => { writeFileSync(pactFolder() + '/half.json', '{"consumer":{"na'); });`,
    );
    expect(await rig.run('contract', ['cart'])).toMatchObject([
      { status: 'fail', because: expect.stringMatching(/half\.json into pactFolder\(\), which is not JSON/) },
    ]);
    expect(await readdir(join(rig.root, 'pacts'))).toEqual(['cart-shop.json']);
  });

  it.each([
    [
      'names a provider that is nearly a service',
      writes('cart', 'shopp', [get('a')]),
      /names the provider "shopp", which is no service of this system, so nobody verifies it; did you mean "shop"\?/,
    ],
    [
      'writes a pact of another consumer',
      writes('crat', 'shop', [get('a')]),
      /wrote a pact of the consumer "crat", which is not cart/,
    ],
    [
      'writes elsewhere, where it wrote here before',
      `test('x', () => {});`,
      /wrote no pact into pactFolder\(\), so pacts\/cart-desk.json is what an earlier run wrote/,
    ],
  ])('does not pass when it %s', async (about, body, because) => {
    if (about.includes('elsewhere')) await commit('cart', 'desk', [get('yesterday')]);
    await rig.suite('contract/cart/a.consumer.test.ts', body);
    const [cart] = await rig.run('contract', ['cart', 'shop', 'desk']);
    expect(cart).toMatchObject({ status: 'inconclusive', because: expect.stringMatching(because) });
  });

  it('does not pass on a pact that none of its tests writes any more', async () => {
    await commit('cart', 'shop', [get('yesterday')]);
    await rig.suite('contract/cart/x.provider.test.ts', `test('x', () => {});`);
    const [cart] = await rig.run('contract', ['cart', 'shop']);
    expect(cart).toMatchObject({
      status: 'inconclusive',
      because: expect.stringContaining(
        'no suites/contract/cart/*.consumer.test.ts writes pacts/cart-shop.json',
      ),
    });
  });

  it('drops an interaction that its tests no longer write', async () => {
    await commit('cart', 'shop', [get('yesterday'), get('today')]);
    await rig.suite('contract/cart/a.consumer.test.ts', writes('cart', 'shop', [get('today')]));
    await providerSuite(
      `createServer((request, response) => response.writeHead(request.url === '/today' ? 200 : 404).end())`,
    );
    expect(await rig.run('contract', ['cart', 'shop'])).toMatchObject([
      { status: 'pass' },
      { status: 'pass' },
    ]);
  });

  it('changes the committed pacts at the end of the stage and not before', async () => {
    await rig.suite('contract/cart/a.consumer.test.ts', writes('cart', 'shop', [get('a')]));
    await rig.suite(
      'contract/shop/shop.provider.test.ts',
      `import { readdirSync } from 'node:fs'; import { pactsOf } from 'stagegate/testing';
       test('looks', () => {
         expect(readdirSync(${JSON.stringify(join(rig.root, 'pacts'))})).toEqual([]);
         expect(pactsOf('shop')).toHaveLength(1);
       });`,
    );
    const [, provider] = await rig.run('contract', ['cart', 'shop']);
    expect(provider).toMatchObject({
      status: 'inconclusive',
      because: 'shop did not verify what cart expects of "a"',
    });
    expect(existsSync(join(rig.root, 'pacts/cart-shop.json'))).toBe(true);
  });
});

it('lets a pact without interactions concern its own consumer only', async () => {
  await commit('cart', 'shop', [get('a')]);
  await commit('desk', 'shop', []);
  await providerSuite(fine);
  await rig.suite('contract/desk/x.provider.test.ts', `test('x', () => {});`);
  const [provider, desk] = await rig.run('contract', ['shop', 'desk']);
  expect(provider?.status).toBe('pass');
  expect(desk?.status).toBe('inconclusive');
});

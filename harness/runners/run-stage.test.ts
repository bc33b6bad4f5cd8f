import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StageResult } from '../model/index.ts';
import { digest, openStageRig, pact, type StageRig } from './stage-rig.ts';

let rig: StageRig;
beforeEach(async () => {
  rig = await openStageRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

describe('runStage', () => {
  it('tells of calls to a neighbour that their pact does not cover', async () => {
    await mkdir(join(rig.root, 'pacts'));
    await writeFile(join(rig.root, 'pacts/cart-shop.json'), pact('cart', 'shop'));
    await rig.suite(
      'functional/cart/a.test.ts',
      `import { stubFor } from 'stagegate/testing';
       test('calls', async () => {
         const { url } = await stubFor('cart', 'shop');
         await fetch(url);
         await fetch(url + '/strange', { method: 'PUT' });
       });`,
    );
    const [result] = await rig.run('functional', ['cart', 'shop']);
    expect(result?.gaps).toEqual([
      'contract gap: cart calls shop in a way that no pact covers: PUT /strange',
    ]);
  });

  it('gives each service its own result, for its own digest, in the order asked', async () => {
    await rig.suite('unit/b/one.test.ts', `test('adds', () => { expect(1 + 1).toBe(2); });`);
    await rig.suite(
      'unit/a/one.test.ts',
      `describe('sums', () => { test('fail', () => { expect({ a: 1 }).toEqual({ a: 2 }); }); });`,
    );
    await rig.suite('unit/a/two.test.ts', `test('passes', () => {}); test.skip('later', () => {});`);
    const heard: string[] = [];
    const results = await rig.run('unit', ['b', 'a'], {
      onTest: (name, test) => heard.push(`${name}: ${test.name}`),
    });
    expect(results).toMatchObject([
      { stage: 'unit', service: 'b', status: 'pass', tests: { passed: 1, failed: 0, skipped: 0 }, digest },
      { service: 'a', status: 'fail', tests: { passed: 1, failed: 1, skipped: 1 }, runtime: 'process' },
    ]);
    expect(results[0]).not.toHaveProperty('because');
    expect(results[1]?.because).toMatch(/^sums > fail: expected \{ a: 1 \} to deeply equal \{ a: 2 \}$/);
    const failure = results[1]?.cases.find(({ outcome }) => outcome === 'fail');
    expect(failure).toMatchObject({ name: 'sums > fail', file: 'suites/unit/a/one.test.ts' });
    expect(failure?.failure?.message).toContain('-   "a": 2,\n+   "a": 1,');
    expect(failure?.failure?.stack).toContain('suites/unit/a/one.test.ts:2');
    expect(heard.sort()).toEqual(['a: later', 'a: passes', 'a: sums > fail', 'b: adds']);
  });

  it.each<[string, string, StageResult['status'], RegExp]>([
    [
      'a file that cannot be loaded',
      `import './nothing.ts'; test('x', () => {});`,
      'fail',
      /^loading the file: Cannot find module/,
    ],
    [
      'a hook that throws',
      `describe('s', () => { beforeAll(() => { throw new Error('no database'); }); test('x', () => {}); });`,
      'fail',
      /^s > hooks: no database$/,
    ],
    [
      'an error that nobody caught',
      `test('x', async () => { setTimeout(() => { throw new Error('late'); }); await new Promise((r) => setTimeout(r, 50)); });`,
      'fail',
      /^x > unhandled error: late$/,
    ],
    [
      'a test that ends the process',
      `test('x', () => { process.exit(0); });`,
      'fail',
      /process\.exit unexpectedly called/,
    ],
    ['a test left alone by .only', `test.only('x', () => {}); test('y', () => {});`, 'fail', /only/],
    [
      'a worker that dies',
      `test('x', () => { process.kill(process.pid, 'SIGKILL'); });`,
      'inconclusive',
      /did not end: its worker ended before it/,
    ],
    [
      'a file without a test',
      `export {};`,
      'inconclusive',
      /^SG_NO_TESTS: suites\/unit\/a\/one\.test\.ts holds no test$/,
    ],
    ['nothing but skipped tests', `test.skip('x', () => {});`, 'inconclusive', /^SG_NO_TESTS: all 1 tests/],
  ])('never takes %s for a pass', async (_what, body, status, because) => {
    await rig.suite('unit/a/one.test.ts', body);
    const [result] = await rig.run('unit', ['a']);
    expect(result?.because).toMatch(because);
    expect(result?.status).toBe(status);
  });

  it('finds nothing out about a service without tests', async () => {
    await rig.suite('unit/a/one.test.ts', `test('x', () => {});`);
    expect(await rig.run('unit', ['a', 'b'])).toMatchObject([
      { status: 'pass' },
      {
        status: 'inconclusive',
        because: expect.stringContaining('SG_NO_TESTS: no *.test.ts in suites/unit/b/'),
      },
    ]);
  });

  it('keeps what tests print in a log, and vitest configuration of the project out', async () => {
    await writeFile(join(rig.root, 'vitest.config.ts'), `throw new Error('must not be read');`);
    await rig.suite('unit/a/one.test.ts', `test('x', () => { console.log('said by a test'); });`);
    expect(await rig.run('unit', ['a'])).toMatchObject([{ status: 'pass' }]);
    expect(await readFile(join(rig.root, 'scratch/logs/unit.log'), 'utf8')).toContain('said by a test');
  });

  it('ends at once when aborted, and leaves no worker behind', async () => {
    await rig.suite(
      'unit/a/one.test.ts',
      `test('spins', () => { process.on('SIGTERM', () => {}); for (;;); });`,
    );
    const abort = new AbortController();
    const running = rig.run('unit', ['a'], { signal: abort.signal });
    await expect.poll(() => rig.processes(), { timeout: 10_000 }).not.toEqual([]);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'SG_INTERRUPTED' });
    expect(await rig.processes()).toEqual([]);
  });

  it('knows nothing of a file whose worker was killed while it started, and goes on with the next', async () => {
    await rig.suite('unit/a/one.test.ts', `test('x', () => {});`);
    await rig.suite('unit/b/one.test.ts', `test('y', () => {});`);
    const once = join(rig.root, 'once');
    await writeFile(once, '');
    const die = `import { rmSync } from 'node:fs'; try { rmSync('${once}'); process.kill(process.pid, 'SIGKILL'); } catch {}`;
    vi.stubEnv('NODE_OPTIONS', `--import data:text/javascript,${encodeURIComponent(die)}`);
    const results = await rig.run('unit', ['a', 'b']);
    vi.unstubAllEnvs();
    expect(results.map(({ status }) => status).toSorted()).toEqual(['inconclusive', 'pass']);
    const lost = results.find(({ status }) => status === 'inconclusive');
    expect(lost?.because).toMatch(/one\.test\.ts did not end: its worker ended before it/);
    expect(await rig.processes()).toEqual([]);
  });
});

it('does not begin a phase after an abort', async () => {
  await rig.suite('contract/a/one.consumer.test.ts', `test('x', () => {});`);
  await rig.suite('contract/a/two.provider.test.ts', `test('y', () => {});`);
  const abort = new AbortController();
  const heard: string[] = [];
  const running = rig.run('contract', ['a'], {
    signal: abort.signal,
    onTest: (_, { name }) => {
      heard.push(name);
      abort.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'SG_INTERRUPTED' });
  expect(heard).toEqual(['x']);
});

describe('the contract stage', () => {
  const write = (text: string): string =>
    `import { writeFileSync } from 'node:fs'; import { pactFolder } from 'stagegate/testing';
     test('writes', () => { writeFileSync(pactFolder() + '/written.json', ${JSON.stringify(text)}); });`;
  const verify = (provider: string): string =>
    `import { pactsOf, verifyProvider } from 'stagegate/testing'; import { basename } from 'node:path';
     import { createServer } from 'node:http'; import { once } from 'node:events';
     test('verifies', async () => {
       expect(pactsOf('${provider}').map((file) => basename(file))).toEqual(['shop-stock.json']);
       const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
       await once(server, 'listening');
       await verifyProvider({ provider: '${provider}', url: 'http://127.0.0.1:' + server.address().port, stateHandlers: {} });
       server.close();
     });`;

  it('lets providers verify what consumers wrote a moment ago, and keeps it', async () => {
    await rig.suite('contract/shop/stock.consumer.test.ts', write(pact('shop', 'stock')));
    await rig.suite('contract/stock/stock.provider.test.ts', verify('stock'));
    expect(await rig.run('contract', ['stock', 'shop'])).toMatchObject([
      { status: 'pass' },
      { status: 'pass' },
    ]);
    expect(await readdir(join(rig.root, 'pacts'))).toEqual(['shop-stock.json']);
  });

  it('does not keep a pact of a consumer whose tests failed', async () => {
    await rig.suite(
      'contract/shop/stock.consumer.test.ts',
      `${write(pact('shop', 'stock'))}\ntest('fails', () => { throw new Error('no'); });`,
    );
    expect(await rig.run('contract', ['shop'])).toMatchObject([{ status: 'fail' }]);
    expect(existsSync(join(rig.root, 'pacts/shop-stock.json'))).toBe(false);
  });

  it('finds nothing out about a provider whose pact nobody verifies', async () => {
    await rig.suite('contract/shop/stock.consumer.test.ts', write(pact('shop', 'stock')));
    await rig.suite('contract/stock/other.consumer.test.ts', `test('x', () => {});`);
    expect(await rig.run('contract', ['shop', 'stock'])).toMatchObject([
      { status: 'pass' },
      {
        status: 'inconclusive',
        because: expect.stringContaining(
          'no suites/contract/stock/*.provider.test.ts verifies pacts/shop-stock.json',
        ),
      },
    ]);
  });

  it('will not begin with a committed pact that cannot be read', async () => {
    await mkdir(join(rig.root, 'pacts'));
    await writeFile(join(rig.root, 'pacts/a-b.json'), '{');
    await rig.suite('contract/a/b.consumer.test.ts', `test('x', () => {});`);
    const heard: string[] = [];
    const running = rig.run('contract', ['a'], { onTest: (_, test) => heard.push(test.name) });
    await expect(running).rejects.toMatchObject({ code: 'SG_PACT_INVALID' });
    expect(heard).toEqual([]);
  });
});

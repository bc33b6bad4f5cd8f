import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPactFiles, readPacts, replacePacts } from './pact-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-pacts-'));
});
afterEach(() => rm(folder, { recursive: true }));

function pact(consumer: string, provider: string, descriptions: readonly string[] = ['one']) {
  const interactions = descriptions.map((description) => ({
    description,
    request: { method: 'GET', path: '/' },
    response: { status: 200 },
  }));
  return { consumer: { name: consumer }, provider: { name: provider }, interactions };
}

describe('replacePacts', () => {
  it('names a file after both sides, and gives no two pacts one name', async () => {
    await replacePacts('order', [pact('order', 'api-x')], folder);
    expect(await replacePacts('order-api', [pact('order-api', 'x')], folder)).toEqual(['order-api-x.2.json']);
    expect(await readdir(folder)).toEqual(['order-api-x.2.json', 'order-api-x.json']);
    expect(readPacts(folder).map(({ consumer, provider }) => `${consumer} → ${provider}`)).toEqual([
      'order-api → x',
      'order → api-x',
    ]);
  });

  it('keeps a pact in the file that holds it, whatever that is called', async () => {
    await writeFile(join(folder, 'our contract.json'), JSON.stringify(pact('orders', 'payments')));
    await replacePacts('orders', [pact('orders', 'payments', ['two'])], folder);
    expect(await readdir(folder)).toEqual(['our contract.json']);
    expect(readPacts(folder)[0]?.interactions[0]?.description).toBe('two');
  });

  it('writes the same bytes whichever test ran first, and then does not touch the file', async () => {
    await replacePacts('orders', [pact('orders', 'payments', ['x', 'y'])], folder);
    const file = join(folder, 'orders-payments.json');
    const before = await readFile(file, 'utf8');
    await utimes(file, 1, 1);
    expect(await replacePacts('orders', [pact('orders', 'payments', ['y', 'x'])], folder)).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect((await stat(file)).mtimeMs).toBe(1000);
  });

  it("removes the consumer's other pacts, and nobody else's", async () => {
    await writeFile(join(folder, 'orders-catalog.json'), JSON.stringify(pact('orders', 'catalog')));
    await writeFile(join(folder, 'gateway-catalog.json'), JSON.stringify(pact('gateway', 'catalog')));
    await replacePacts('orders', [pact('orders', 'payments')], folder);
    expect(await readdir(folder)).toEqual(['gateway-catalog.json', 'orders-payments.json']);
  });
});

describe('reading a folder', () => {
  it('finds no pact in a folder that does not exist', () => {
    expect(readPacts(join(folder, 'nowhere'))).toEqual([]);
  });

  it('names the problems of all files at once', async () => {
    await writeFile(join(folder, 'a.json'), '{');
    await writeFile(join(folder, 'b.json'), '{}');
    expect(() => readPacts(folder)).toThrow(
      expect.objectContaining({
        code: 'SG_PACT_INVALID',
        problems: [
          expect.stringContaining('a.json: not JSON'),
          expect.stringContaining('b.json: consumer'),
          expect.stringContaining('b.json: provider'),
        ],
      }),
    );
  });

  it('leaves what is wrong with one pact to its own sides', async () => {
    await writeFile(
      join(folder, 'a-b.json'),
      JSON.stringify({ ...pact('a', 'b'), interactions: [{ description: 'd' }] }),
    );
    await writeFile(join(folder, 'c-d.json'), JSON.stringify(pact('c', 'd')));
    expect(readPactFiles(folder)).toMatchObject([
      {
        consumer: 'a',
        content: { kind: 'broken', problems: [expect.stringContaining('interactions[0].request: missing')] },
      },
      { consumer: 'c', content: { kind: 'sound' } },
    ]);
  });
});

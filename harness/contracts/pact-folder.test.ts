import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishPacts, readPacts } from './pact-folder.ts';

let written: string;
let folder: string;

beforeEach(async () => {
  written = await mkdtemp(join(tmpdir(), 'stagegate-written-'));
  folder = await mkdtemp(join(tmpdir(), 'stagegate-pacts-'));
});
afterEach(async () => {
  for (const path of [written, folder]) await rm(path, { recursive: true });
});

function pact(consumer: string, provider: string, descriptions: readonly string[] = ['one']): string {
  const interactions = descriptions.map((description) => ({
    description,
    request: { method: 'GET', path: '/' },
    response: { status: 200 },
  }));
  return JSON.stringify({ consumer: { name: consumer }, provider: { name: provider }, interactions });
}

describe('publishPacts', () => {
  it('copies only what the consumer wrote, named after both sides', async () => {
    await writeFile(join(written, 'a.json'), pact('orders', 'payments'));
    await writeFile(join(written, 'b.json'), pact('orders-archive', 'payments'));
    expect(await publishPacts('orders', written, folder)).toEqual(['orders-payments.json']);
    expect(await readdir(folder)).toEqual(['orders-payments.json']);
  });

  it('writes the same bytes whichever test ran first, and then does not touch the file', async () => {
    await writeFile(join(written, 'a.json'), pact('orders', 'payments', ['x', 'y']));
    await publishPacts('orders', written, folder);
    const file = join(folder, 'orders-payments.json');
    const before = await readFile(file, 'utf8');
    await utimes(file, 1, 1);
    await writeFile(join(written, 'a.json'), pact('orders', 'payments', ['y', 'x']));
    expect(await publishPacts('orders', written, folder)).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect((await stat(file)).mtimeMs).toBe(1000);
  });

  it("removes the consumer's pacts that it no longer writes, and nobody else's", async () => {
    await writeFile(join(folder, 'orders-catalog.json'), pact('orders', 'catalog'));
    await writeFile(join(folder, 'gateway-catalog.json'), pact('gateway', 'catalog'));
    await writeFile(join(written, 'a.json'), pact('orders', 'payments'));
    await publishPacts('orders', written, folder);
    expect(await readdir(folder)).toEqual(['gateway-catalog.json', 'orders-payments.json']);
  });
});

it('leaves the pacts of a consumer that wrote none', async () => {
  await writeFile(join(folder, 'orders-catalog.json'), pact('orders', 'catalog'));
  await writeFile(join(written, 'a.json'), pact('gateway', 'catalog'));
  expect(await publishPacts('orders', written, folder)).toEqual([]);
  expect(await readdir(folder)).toEqual(['orders-catalog.json']);
});

describe('readPacts', () => {
  it('finds none in a folder that does not exist', () => {
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
});

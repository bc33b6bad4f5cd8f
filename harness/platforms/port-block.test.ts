import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimPortBlock, type PortBlock } from './port-block.ts';

const host = '127.0.0.1';

/** Claims of these tests alone: nobody else's cluster has to go without. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagegate-ports-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const claim = (): Promise<PortBlock> => claimPortBlock(host, folder);

/** Claims blocks in a process of its own, which ends without giving them back. */
async function claimElsewhere(count: number): Promise<readonly number[]> {
  const source = `
    import { claimPortBlock } from ${JSON.stringify(new URL('./port-block.ts', import.meta.url).href)};
    const blocks = [];
    for (let i = 0; i < ${count}; i++) blocks.push(await claimPortBlock('${host}', ${JSON.stringify(folder)}));
    console.log(JSON.stringify(blocks.map(({ first }) => first)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source]);
  return JSON.parse(stdout) as number[];
}

test('blocks that are claimed at once are all different, and below the ports for outgoing connections', async () => {
  const blocks = await Promise.all(Array.from({ length: 20 }, claim));
  expect(new Set(blocks.map(({ first }) => first)).size).toBe(20);
  expect(blocks.every(({ first, last }) => first >= 10_000 && last === first + 99 && last < 32_768)).toBe(
    true,
  );
});

test('two processes never hold the same block, and what a dead one held is taken over', async () => {
  const ours = new Set((await Promise.all(Array.from({ length: 20 }, claim))).map(({ first }) => first));
  const theirs = await claimElsewhere(120);
  expect(theirs.filter((first) => ours.has(first))).toEqual([]);
  // More than are left of all 225, were those of the process that ended not free again.
  const later = await claimElsewhere(120);
  expect(later.filter((first) => ours.has(first))).toEqual([]);
});

test('a block in which something listens is passed over; one that was given back is not', async () => {
  const block = await claim();
  const server = createServer().listen(block.first + 50, host);
  await new Promise((resolve) => server.once('listening', resolve));
  await block[Symbol.asyncDispose]();
  expect(await claimElsewhere(150)).not.toContain(block.first);
  await new Promise((resolve) => server.close(resolve));
});

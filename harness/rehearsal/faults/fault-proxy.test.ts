import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

const target = createServer((_, response) => response.end('well'));
let proxy: FaultProxy;

beforeAll(async () => {
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
});
afterAll(() => {
  target.closeAllConnections();
  target.close();
});
beforeEach(async () => {
  const { port } = target.address() as AddressInfo;
  proxy = await startFaultProxy({
    host: '127.0.0.1',
    target: { host: '127.0.0.1', port },
    requestIdPrefix: 'sg-',
  });
});
afterEach(() => proxy[Symbol.asyncDispose]());

async function ask(timeoutMs = 5_000, headers: Record<string, string> = {}): Promise<string> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`http://127.0.0.1:${proxy.port}/`, { signal, headers });
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    return cause?.code ?? (error as Error).name;
  }
}

/** Over a connection of its own. */
async function askAnew(): Promise<string> {
  const request = get({ host: '127.0.0.1', port: proxy.port, agent: false });
  const [response] = await once(request, 'response');
  return `${response.statusCode} ${await text(response)}`;
}

test('without a fault it passes everything and counts requests, those with an id of the rehearsal apart', async () => {
  expect(await ask()).toBe('200 well');
  expect(await ask(5_000, { 'x-request-id': 'sg-1' })).toBe('200 well');
  expect(proxy.takeCounts()).toEqual({ calls: 2, withRequestId: 1 });
  expect(proxy.takeCounts()).toEqual({ calls: 0, withRequestId: 0 });
});

test.each([
  ['refuse', 'ECONNREFUSED'],
  ['reset', 'ECONNRESET'],
  ['hang', 'TimeoutError'],
] as const)(
  '%s is what a caller sees, on connections that were open before too, and ends',
  async (kind, seen) => {
    await ask();
    await proxy.fault(kind);
    expect(await ask(300)).toBe(seen);
    await proxy.fault(null);
    expect(await askAnew()).toBe('200 well');
  },
);

test('status-500 answers for the dependency, and counts each try', async () => {
  await proxy.fault('status-500');
  expect(await ask()).toMatch(/^500 .*a fault of the rehearsal/);
  expect(await ask()).toMatch(/^500 /);
  expect(proxy.takeCounts()).toEqual({ calls: 2, withRequestId: 0 });
});

test('slow holds an answer back, and the whole of it arrives', async () => {
  await proxy.fault('slow');
  const before = performance.now();
  expect(await ask()).toBe('200 well');
  expect(performance.now() - before).toBeGreaterThan(350);
});

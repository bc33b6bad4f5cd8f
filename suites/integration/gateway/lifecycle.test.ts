import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { httpApp } from '../../../services/gateway/src/chassis/http.ts';
import { createLog } from '../../../services/gateway/src/chassis/log.ts';
import { serve } from '../../../services/gateway/src/chassis/server.ts';
import { logging } from '../../support/http-options.ts';

describe('a stopping server', () => {
  /** Serves `GET /work` on a free port; resolves once it listens. */
  async function start(work: () => Promise<string>) {
    const { log, lines } = logging(createLog);
    const termination = new AbortController();
    const stopping = termination.signal;
    const app = httpApp({ log, stopping });
    app.get('/work', async (c) => c.text(await work()));
    const settings = { PORT: 0, LISTEN_ADDRESS: '127.0.0.1', DRAIN_MS: 200 };
    const stopped = serve({ app, settings, log, stopping });
    while (lines.length === 0) await new Promise(setImmediate);
    const { port } = z.object({ port: z.number() }).parse(lines[0]?.address);
    return { url: `http://127.0.0.1:${port}/work`, stopped, stop: () => termination.abort() };
  }

  test('finishes what it was asked before, and takes no more once it is drained', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const { url, stopped, stop } = await start(async () => {
      asked.resolve();
      await answer.promise;
      return 'done';
    });
    const slow = fetch(url);
    await asked.promise;
    stop();
    const live = new URL('/health/live', url);
    while (await answers(live));
    answer.resolve();
    expect(await (await slow).text()).toBe('done');
    await stopped;
  });

  test('still takes requests while load balancers turn away', async () => {
    const { url, stopped, stop } = await start(async () => 'here');
    stop();
    expect(await (await fetch(url)).text()).toBe('here');
    await stopped;
  });
});

describe('the process', () => {
  const start = (env: Record<string, string>) =>
    spawn(process.execPath, [join(import.meta.dirname, '../../../services/gateway/src/main.ts')], {
      env: { LISTEN_ADDRESS: '127.0.0.1', PORT: '0', DRAIN_MS: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  test('ends at once with code 1 when a setting is missing, and its log names it', async () => {
    const gateway = start({ CATALOG_URL: 'http://catalog' });
    const [log, [code]] = await Promise.all([text(gateway.stdout), once(gateway, 'exit')]);
    expect(code).toBe(1);
    expect(JSON.parse(log)).toMatchObject({
      level: 'error',
      service: 'gateway',
      error: expect.stringContaining('ORDERS_URL is not set'),
    });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends with code 0 after %s', async (signal) => {
    const gateway = start({ CATALOG_URL: 'http://catalog', ORDERS_URL: 'http://orders' });
    const ended = once(gateway, 'exit');
    await once(gateway.stdout, 'data');
    gateway.kill(signal);
    expect(await ended).toEqual([0, null]);
  });
});

async function answers(url: URL): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  );
}

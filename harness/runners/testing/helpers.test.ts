import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { endOf } from './end-of-task.ts';
import { trafficDuring } from './traffic.ts';
import { waitFor } from './wait-for.ts';

describe('endOf', () => {
  it.each([
    ['TASK_KILLED', 'Command exited with status 0', true],
    ['TASK_FINISHED', 'Container exited with status 0', true],
    ['TASK_KILLED', 'Command terminated with signal Killed', false],
    ['TASK_KILLED', 'Command terminated with signal Terminated', false],
    ['TASK_FAILED', 'Container exited with status 137', false],
    ['TASK_FAILED', 'Command exited with status 01', false],
  ])('takes %s, "%s" for graceful: %s', (taskStatus, message, graceful) => {
    expect(endOf({ taskStatus, message })).toEqual({ graceful, message: `${taskStatus}: ${message}` });
  });
});

describe('waitFor', () => {
  it('ends with the first true', async () => {
    const answers = [false, false, true, false];
    await waitFor(() => answers.shift() ?? false, { timeoutMs: 5_000, what: 'a true' });
    expect(answers).toEqual([false]);
  });

  it('says what there was not, and why asking failed', async () => {
    const waiting = waitFor(() => Promise.reject(new Error('refused')), {
      timeoutMs: 60,
      what: 'second task',
    });
    await expect(waiting).rejects.toThrow(
      'There was no second task within 60 ms; asking failed with: refused',
    );
  });
});

describe('trafficDuring', () => {
  let server: Server | undefined;
  afterEach(() => void server?.closeAllConnections());

  async function serve(statusOf: () => number): Promise<string> {
    server = createServer((_request, response) => {
      response.writeHead(statusOf()).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  it('counts every answer while the action runs, and one before and after it', async () => {
    let asked = 0;
    const url = await serve(() => {
      asked++;
      return 404;
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const traffic = await trafficDuring(url, async () => {
      const enough = setInterval(() => asked > 20 && resolve());
      await promise;
      clearInterval(enough);
    });
    expect(traffic).toEqual({ ok: asked, failed: 0, failures: [] });
  });

  it('names what went wrong, and how often', async () => {
    let asked = 0;
    const url = await serve(() => (asked++ === 0 ? 200 : 503));
    const { ok, failed, failures } = await trafficDuring(url, async () => {});
    expect({ ok, failures }).toEqual({ ok: 1, failures: [`${failed} x status 503`] });
    server?.close();
    server?.closeAllConnections();
    const refused = await trafficDuring(url, async () => {});
    expect(refused).toMatchObject({
      ok: 0,
      failures: expect.arrayContaining([expect.stringMatching(/^\d+ x /)]),
    });
  });

  it('passes on what the action throws', async () => {
    const url = await serve(() => 200);
    await expect(trafficDuring(url, () => Promise.reject(new Error('no rollout')))).rejects.toThrow(
      'no rollout',
    );
  });
});

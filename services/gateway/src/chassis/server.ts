import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { createLog, type Log } from './log.ts';

/** Runs a service from start to orderly end: exit code 0 after SIGTERM or SIGINT, 1 when it could not start. */
export async function runService(
  name: string,
  service: (log: Log, stopping: AbortSignal) => Promise<void>,
): Promise<void> {
  const log = createLog(name);
  const termination = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => termination.abort());
  try {
    await service(log, termination.signal);
    log.info('stopped');
  } catch (error) {
    log.error('failed', { error: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}

export interface ServeOptions {
  readonly app: Hono;
  readonly settings: { readonly PORT: number; readonly LISTEN_ADDRESS: string; readonly DRAIN_MS: number };
  readonly log: Log;
  readonly stopping: AbortSignal;
}

/**
 * Resolves when the last request has been answered after `stopping`. Until `DRAIN_MS` have passed it still takes
 * requests, un-ready, so that none is lost while load balancers turn to other tasks.
 */
export async function serve({ app, settings, log, stopping }: ServeOptions): Promise<void> {
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(settings.PORT, settings.LISTEN_ADDRESS);
  await once(server, 'listening');
  log.info('listening', { address: server.address() });

  if (!stopping.aborted) await once(stopping, 'abort');
  log.info('draining');
  await delay(settings.DRAIN_MS);
  server.close();
  await once(server, 'close');
}

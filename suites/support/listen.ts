import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { onTestFinished } from 'vitest';

/** An app as supertest wants it. */
export function serverOf(app: Hono): Server {
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

/** Serves an app on loopback until the test that asked is over. Resolves to its URL. */
export async function listen(app: Hono): Promise<string> {
  const server = serverOf(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nobody listens. */
export const nobody = 'http://127.0.0.1:1';

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../plumbing/clock.ts';
import { MarathonClient } from './index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let handlers: Record<string, Handler>;
let address: string;
let client: MarathonClient;
let close: () => void;
const never = new AbortController().signal;

beforeEach(async () => {
  handlers = {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://marathon');
    (handlers[`${request.method} ${pathname}`] ?? answer(404, { message: 'not found' }))(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  client = new MarathonClient({ url: address, auth: { user: 'u', password: 'p' } });
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});

afterEach(() => close());

function answer(status: number, body: unknown): Handler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

/** One open event stream at a time; resolves to what a test sends its events with. */
function eventStreams(): { next(): Promise<{ send(event: object): void; cut(): void }> } {
  let arrived = Promise.withResolvers<ServerResponse>();
  handlers['GET /v2/events'] = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    arrived.resolve(response);
  };
  return {
    async next() {
      const response = await arrived.promise;
      arrived = Promise.withResolvers();
      return {
        send: (event) =>
          void response.write(
            `event: ${(event as { eventType: string }).eventType}\ndata: ${JSON.stringify(event)}\n\n`,
          ),
        cut: () => response.destroy(),
      };
    },
  };
}

test('an app that is not there is null; other refusals name the request and carry what Marathon says', async () => {
  expect(await client.app('/a')).toBeNull();
  handlers['PUT /v2/apps/a'] = answer(422, { message: 'Object is not valid', details: [{ path: '/cpus' }] });
  await expect(client.putApp({ id: 'a' })).rejects.toMatchObject({
    code: 'SG_MARATHON_FAILED',
    message: expect.stringMatching(/^PUT http:\/\/127\.0\.0\.1:\d+\/v2\/apps\/a: 422 Object is not valid$/),
    problems: ['{"path":"/cpus"}'],
  });
  close();
  const failure = await client.deployments().catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: expect.stringMatching(/^GET \S+\/v2\/deployments: \S/) });
  expect(inspect(failure, { depth: 20 })).not.toContain('password');
});

test('changes carry the definition, force and the credentials', async () => {
  let seen: IncomingMessage | undefined;
  handlers['DELETE /v2/groups/g'] = (request, response) => {
    seen = request;
    answer(200, { deploymentId: 'd', version: 'v' })(request, response);
  };
  expect(await client.deleteGroup('/g', { force: true })).toEqual({ deploymentId: 'd', version: 'v' });
  expect(seen?.url).toBe('/v2/groups/g?force=true');
  expect(seen?.headers.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
});

test('waiting for a deployment hears of its end, and hands on the events on the way', async () => {
  const streams = eventStreams();
  handlers['GET /v2/deployments'] = answer(200, [{ id: 'd' }]);
  const heard: string[] = [];
  const waiting = client.waitForDeployment('d', {
    signal: never,
    onEvent: ({ eventType }) => heard.push(eventType),
  });
  const stream = await streams.next();
  stream.send({ eventType: 'status_update_event', appId: '/a' });
  stream.send({ eventType: 'deployment_success', id: 'another' });
  stream.send({ eventType: 'deployment_failed', id: 'd' });
  expect(await waiting).toBe('failed');
  expect(heard).toEqual(['status_update_event', 'deployment_success', 'deployment_failed']);
});

test('a connection that breaks meanwhile is made again', async () => {
  const streams = eventStreams();
  handlers['GET /v2/deployments'] = answer(200, [{ id: 'd' }]);
  const waiting = client.waitForDeployment('d', { signal: never });
  const first = await streams.next();
  const second = streams.next();
  first.cut();
  (await second).send({ eventType: 'deployment_success', id: 'd' });
  expect(await waiting).toBe('succeeded');
});

test('a deployment that ended while nobody listened is gone', async () => {
  eventStreams();
  handlers['GET /v2/deployments'] = answer(200, []);
  expect(await client.waitForDeployment('d', { signal: never })).toBe('gone');
});

test("an aborted wait throws the signal's reason", async () => {
  const streams = eventStreams();
  handlers['GET /v2/deployments'] = answer(200, [{ id: 'd' }]);
  const stop = new AbortController();
  const waiting = client.waitForDeployment('d', { signal: stop.signal });
  await streams.next();
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('a Marathon without a leader is asked again until one leads, for as long as the caller has patience', async () => {
  let asked = 0;
  handlers['GET /v2/deployments'] = (request, response) =>
    answer(++asked < 3 ? 503 : 200, asked < 3 ? { message: 'no leader' } : [])(request, response);
  const clock = new VirtualClock();
  const patient = new MarathonClient({ url: address, patienceMs: 10_000, clock });
  const answered = patient.deployments();
  while (asked < 3) {
    await clock.advance(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await answered).toEqual([]);
  await expect(client.deployments()).resolves.toEqual([]);
  handlers['GET /v2/deployments'] = answer(503, { message: 'no leader' });
  await expect(client.deployments()).rejects.toThrow('503 no leader');
});

test('a redirect to the leader is followed with the credentials only to a master that is named', async () => {
  const leader = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify([{ id: request.headers.authorization }]));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => leader.once('listening', resolve));
  onTestFinished(() => void leader.close());
  const { port } = leader.address() as AddressInfo;
  handlers['GET /v2/deployments'] = (_, response) => {
    response.writeHead(307, { location: `http://localhost:${port}/v2/deployments` }).end();
  };
  const auth = { user: 'u', password: 'p' };
  const others = [new URL(`http://localhost:${port}`)];
  const named = new MarathonClient({ url: address, others, auth });
  expect(await named.deployments()).toEqual([{ id: `Basic ${btoa('u:p')}` }]);
  await expect(new MarathonClient({ url: address, auth }).deployments()).rejects.toThrow(
    /redirects to http:\/\/localhost:\d+, which the configuration does not name: the credentials were not sent/,
  );
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { encodeRecord } from '../../../plumbing/recordio.ts';
import type { SchedulerEvent } from '../../mesos/v1.ts';
import type { SchedulerStream } from './connection.ts';
import { httpConnection } from './http-connection.ts';

const framework = { user: 'me', name: 'marathon', roles: ['*'] };
const subscribed: SchedulerEvent = {
  type: 'SUBSCRIBED',
  subscribed: { framework_id: { value: 'F-1' }, heartbeat_interval_seconds: 15 },
};

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

interface Subscription {
  readonly stream: SchedulerStream;
  readonly events: SchedulerEvent[];
  readonly first: Promise<void>;
  readonly closed: Promise<string>;
}

async function subscribe(
  masterUrl: URL,
  credentials?: { user: string; password: string },
): Promise<Subscription> {
  const events: SchedulerEvent[] = [];
  const first = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<string>();
  const stream = await httpConnection({ masterUrl, credentials }).subscribe(framework, ['*'], {
    onEvent: (event) => {
      events.push(event);
      first.resolve();
    },
    onClose: closed.resolve,
  });
  onTestFinished(() => stream.close());
  return { stream, events, first: first.promise, closed: closed.promise };
}

/** Answers a subscription with one record, and hands calls to `onCall`. */
function leader(
  onCall: (request: IncomingMessage, response: ServerResponse) => void = () => {},
): RequestListener {
  return (request, response) => {
    if (request.headers['mesos-stream-id'] !== undefined) {
      onCall(request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json', 'mesos-stream-id': 'stream-1' });
    response.write(encodeRecord(JSON.stringify(subscribed)));
  };
}

test('the subscription follows the redirect to the leading master', async () => {
  const leading = await serve(leader());
  const standby = await serve((_, response) => {
    response.writeHead(307, { location: `//${leading.host}/api/v1/scheduler` }).end();
  });
  const { events, first } = await subscribe(standby);
  await first;
  expect(events).toEqual([subscribed]);
});

test('calls carry the stream id, the framework id and the password, in the order they were made', async () => {
  const seen: { type: unknown; id: unknown; header: unknown }[] = [];
  const last = Promise.withResolvers<void>();
  const url = await serve(
    leader(async (request, response) => {
      const { type, framework_id: id } = await bodyOf(request);
      seen.push({ type, id, header: request.headers.authorization });
      response.writeHead(202).end();
      if (seen.length === 3) last.resolve();
    }),
  );
  const { stream, first } = await subscribe(url, { user: 'me', password: 'secret' });
  await first;
  await Promise.all([
    stream.call({ type: 'REVIVE', revive: { roles: ['*'] } }),
    stream.call({ type: 'SUPPRESS', suppress: { roles: ['*'] } }),
    stream.call({ type: 'RECONCILE', reconcile: { tasks: [] } }),
  ]);
  await last.promise;
  expect(seen.map(({ type }) => type)).toEqual(['REVIVE', 'SUPPRESS', 'RECONCILE']);
  expect(seen[0]).toMatchObject({ id: { value: 'F-1' }, header: `Basic ${btoa('me:secret')}` });
});

test('a call that the master refuses is an error that says why', async () => {
  const url = await serve(
    leader((_, response) => response.writeHead(403).end('Framework is not subscribed')),
  );
  const { stream, first } = await subscribe(url);
  await first;
  await expect(stream.call({ type: 'REVIVE', revive: { roles: ['*'] } })).rejects.toThrow(
    'REVIVE answered 403: Framework is not subscribed',
  );
});

test('a stream that is no RecordIO is closed', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'mesos-stream-id': 's' });
    response.write('not a record\n');
  });
  const { closed } = await subscribe(url);
  expect(await closed).toMatch(/record length is no number/);
});

test('a refused subscription is an error that names the master and its answer', async () => {
  const url = await serve((_, response) => response.writeHead(503).end('no leader'));
  await expect(subscribe(url)).rejects.toThrow(`${url.href}api/v1/scheduler answered 503: no leader`);
});

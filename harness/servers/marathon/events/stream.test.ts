import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { EventBus } from './bus.ts';
import { streamEvents } from './stream.ts';

interface Stage {
  readonly bus: EventBus;
  readonly clock: VirtualClock;
  /** A new reader, once the stream has begun. */
  read(): Promise<Socket>;
}

async function start(types: readonly string[] = []): Promise<Stage> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const bus = new EventBus(clock);
  const server: Server = createServer((request, response) =>
    streamEvents(bus, clock, { request, response, types: new Set(types) }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    bus,
    clock,
    read: async () => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'data');
      return socket;
    },
  };
}

const terminated = { eventType: 'app_terminated_event', appId: '/web' } as const;

test('a bare line end every ten seconds shows that the stream lives', async () => {
  const { clock, read } = await start(['app_terminated_event']);
  const socket = await read();
  const [beat] = await Promise.all([once(socket, 'data'), clock.advance(10_000)]);
  expect(String(beat[0])).toBe('2\r\n\r\n\r\n');
});

test('only the asked types are sent', async () => {
  const { bus, read } = await start(['group_change_success']);
  const socket = await read();
  const received = once(socket, 'data');
  bus.publish(terminated);
  bus.publish({ eventType: 'group_change_success', groupId: '/', version: '2026-01-01T00:00:00.000Z' });
  const [data] = await received;
  expect(String(data)).toContain('event: group_change_success\r\ndata: {"eventType":"group_change_success"');
  expect(String(data)).not.toContain('app_terminated_event');
});

test('a reader that stops reading is cut off, and the others go on', async () => {
  const { bus, read } = await start();
  const slow = await read();
  const quick = await read();
  quick.resume();
  slow.pause();
  const detached = Promise.withResolvers<void>();
  bus.subscribe((event) => {
    if (event.eventType === 'event_stream_detached') detached.resolve();
  });
  const filler = '/'.padEnd(20_000, 'x');
  for (let count = 0; bus.listeners === 3 && count < 20_000; count++) {
    bus.publish({ ...terminated, appId: filler });
    if (count % 50 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await detached.promise;
  expect(quick.destroyed).toBe(false);
  expect(bus.listeners).toBe(2);
  slow.destroy();
  quick.destroy();
});

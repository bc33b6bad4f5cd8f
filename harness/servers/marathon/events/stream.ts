import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, every } from '../../../plumbing/clock.ts';
import type { EventBus } from './bus.ts';

const heartbeatMs = 10_000;
/** A reader that is this many events behind is cut off. */
const longestBacklog = 1024;

/**
 * Serves one reader of `GET /v2/events` until either side ends it. An empty `types` means all. Every event is one write
 * of its own: readers that wait for full blocks would otherwise see the last event late.
 */
export function streamEvents(
  bus: EventBus,
  clock: Clock,
  reader: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly types: ReadonlySet<string>;
  },
): void {
  const { request, response, types } = reader;
  const remoteAddress = request.socket.remoteAddress ?? 'unknown';
  let backlog = 0;
  response.writeHead(200, {
    'content-type': 'text/event-stream;charset=utf-8',
    'cache-control': 'no-cache, no-store, must-revalidate',
    connection: 'close',
  });
  response.flushHeaders();
  request.socket.setNoDelay(true);

  const unsubscribe = bus.subscribe((event, frame) => {
    if (types.size > 0 && !types.has(event.eventType)) return;
    if (++backlog > longestBacklog) {
      response.destroy();
      return;
    }
    response.write(frame(), () => {
      backlog--;
    });
  });
  const heartbeat = every(clock, heartbeatMs, () => response.write('\r\n'));
  response.once('close', () => {
    heartbeat.cancel();
    unsubscribe();
    bus.publish({ eventType: 'event_stream_detached', remoteAddress });
  });
  bus.publish({ eventType: 'event_stream_attached', remoteAddress });
}

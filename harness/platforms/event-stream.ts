import type { Readable } from 'node:stream';
import { createParser } from 'eventsource-parser';
import type { MarathonEvent } from './marathon-wire.ts';

/** The events of one open `/v2/events` response, in order; ends with the signal or the connection, never with an error. */
export async function* readEvents(body: Readable, signal: AbortSignal): AsyncGenerator<MarathonEvent> {
  let arrived: MarathonEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => {
      arrived.push({ eventType: event, ...JSON.parse(data) });
    },
  });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      const ready = arrived;
      arrived = [];
      yield* ready;
      if (signal.aborted) return;
    }
  } catch {
    // The connection broke, or the signal cut it: either way there are no more events.
  } finally {
    body.destroy();
  }
}

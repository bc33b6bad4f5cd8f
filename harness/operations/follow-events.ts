import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import {
  type ClusterEvent,
  readMarathonEvent,
  readMesosEvent,
  type SourceState,
} from '../diagnosis/index.ts';
import { RecordDecoder } from '../plumbing/recordio.ts';
import { messageOf } from '../plumbing/thrown.ts';
import { type ClusterAccess, send } from './access.ts';

export interface EventListener {
  event(event: ClusterEvent): void;
  /** Called once per change, and with the first answer. */
  source(state: SourceState): void;
}

const reconnectMs = 500;

/** Listens to everything that tells events, and connects again whenever it breaks; resolves when the signal aborts. */
export async function followEvents(
  access: ClusterAccess,
  listener: EventListener,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    access.marathon === null
      ? null
      : followSource('marathon', () => marathonEvents(access, listener, signal), listener, signal),
    access.mesos === null
      ? null
      : followSource('mesos', () => mesosEvents(access, listener, signal), listener, signal),
  ]);
}

async function followSource(
  source: SourceState['source'],
  connect: () => Promise<never>,
  listener: EventListener,
  signal: AbortSignal,
): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    const because = await connect().catch(messageOf);
    if (signal.aborted) return;
    if (because !== last) listener.source({ source, connected: false, because });
    last = because;
    await sleep(reconnectMs, undefined, { signal }).catch(() => {});
  }
}

async function marathonEvents(
  access: ClusterAccess,
  listener: EventListener,
  signal: AbortSignal,
): Promise<never> {
  const url = new URL('/v2/events', access.marathon ?? '');
  const answer = await send(access, url, { headers: { accept: 'text/event-stream' }, signal });
  if (!answer.ok || answer.body === null) throw new Error(`Marathon answered ${answer.status}`);
  listener.source({ source: 'marathon', connected: true, because: null });
  const parser = createParser({
    onEvent: ({ event = '', data }) => {
      const read = readMarathonEvent({ eventType: event, ...JSON.parse(data) });
      if (read !== null) listener.event(read);
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of answer.body) parser.feed(decoder.decode(chunk, { stream: true }));
  throw new Error('Marathon closed the connection');
}

async function mesosEvents(
  access: ClusterAccess,
  listener: EventListener,
  signal: AbortSignal,
): Promise<never> {
  const url = new URL('/api/v1', access.mesos ?? '');
  const answer = await send(access, url, { method: 'POST', body: { type: 'SUBSCRIBE' }, signal });
  if (!answer.ok || answer.body === null) throw new Error(`Mesos answered ${answer.status}`);
  listener.source({ source: 'mesos', connected: true, because: null });
  const decoder = new RecordDecoder();
  for await (const chunk of answer.body) {
    for (const record of decoder.push(chunk)) {
      const read = readMesosEvent(JSON.parse(record));
      if (read !== null) listener.event(read);
    }
  }
  throw new Error('Mesos closed the connection');
}

import { signal } from '@preact/signals';
import type { SourceState } from '../../diagnosis/index.ts';
import type { NumberedEvent } from '../answers.ts';

/** Newest last. */
export const events = signal<readonly NumberedEvent[]>([]);
/** False while the console's own server does not answer. */
export const isConnected = signal(true);
/** Why a server of the cluster does not answer, by its name. */
export const lostSources = signal<ReadonlyMap<string, string>>(new Map());

const mostEvents = 5_000;
const listeners = new Set<(event: NumberedEvent) => void>();
const reconnects = new Set<() => void>();

/** Calls back for every event from now on. Returns the way out. */
export function onEvent(listener: (event: NumberedEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls back when a connection is there again: whatever was read before may be stale. */
export function onReconnect(listener: () => void): () => void {
  reconnects.add(listener);
  return () => reconnects.delete(listener);
}

let arrived: NumberedEvent[] = [];

/** Opens the stream; EventSource connects again by itself and says which event it saw last. */
export function startLive(): void {
  const stream = new EventSource('/api/live');
  stream.addEventListener('open', () => {
    if (!isConnected.value) for (const listener of reconnects) listener();
    isConnected.value = true;
  });
  stream.addEventListener('error', () => {
    isConnected.value = false;
    // Refused outright, as after a restart of the console: only a new login link helps, and the page says so.
    if (stream.readyState === EventSource.CLOSED) setTimeout(startLive, 2_000);
  });
  stream.addEventListener('past', ({ data }) => append(JSON.parse(data) as NumberedEvent[]));
  stream.addEventListener('event', ({ data }) => {
    const event = JSON.parse(data) as NumberedEvent;
    arrived.push(event);
    if (arrived.length === 1) requestAnimationFrame(flush);
    for (const listener of listeners) listener(event);
  });
  stream.addEventListener('source', ({ data }) => noteSource(JSON.parse(data) as SourceState));
}

/** Many events become one change of the page. */
function flush(): void {
  const batch = arrived;
  arrived = [];
  append(batch);
}

function append(batch: readonly NumberedEvent[]): void {
  if (batch.length === 0) return;
  events.value = [...events.value, ...batch].slice(-mostEvents);
}

function noteSource({ source, connected, because }: SourceState): void {
  const next = new Map(lostSources.value);
  const wasLost = next.delete(source);
  if (!connected) next.set(source, because ?? 'it does not answer');
  lostSources.value = next;
  if (connected && wasLost) for (const listener of reconnects) listener();
}

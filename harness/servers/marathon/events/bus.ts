import type { Clock } from '../../../plumbing/clock.ts';
import { timestamp } from '../tracker/instance.ts';
import type { MarathonEvent } from '../views/index.ts';

type WithoutTimestamp<E> = E extends MarathonEvent ? Omit<E, 'timestamp'> : never;

/** An event before the bus stamps it. */
export type Announcement = WithoutTimestamp<MarathonEvent>;

/** `frame` is the event as the stream carries it, made once for all readers. */
export type EventListener = (event: MarathonEvent, frame: () => Buffer) => void;

/** Hands every event to every listener, in the order of publishing. */
export class EventBus {
  readonly #clock: Clock;
  readonly #listeners = new Set<EventListener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  publish(announcement: Announcement): void {
    const { eventType, ...members } = announcement;
    const event = { eventType, timestamp: timestamp(this.#clock.now()), ...members } as MarathonEvent;
    let made: Buffer | undefined;
    const frame = (): Buffer => {
      made ??= Buffer.from(`event: ${eventType}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`);
      return made;
    };
    for (const listener of this.#listeners) listener(event, frame);
  }

  /** Returns what ends the subscription. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

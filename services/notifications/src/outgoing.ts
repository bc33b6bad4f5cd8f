import type { Notification } from './order-placed.ts';

/** What was sent, by event. It lives in memory: of the last `capacity` notifications this task knows that it sent them. */
export class Outgoing {
  readonly #sent = new Map<string, Notification>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** False when this notification was sent before. */
  send(notification: Notification): boolean {
    if (this.#sent.has(notification.id)) return false;
    this.#sent.set(notification.id, notification);
    const oldest = this.#sent.keys().next();
    if (this.#sent.size > this.#capacity && !oldest.done) this.#sent.delete(oldest.value);
    return true;
  }

  /** Oldest first. */
  of(orderId: string): readonly Notification[] {
    return [...this.#sent.values()].filter((notification) => notification.orderId === orderId);
  }
}

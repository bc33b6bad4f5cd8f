import { randomUUID } from 'node:crypto';
import type { Order, OrderPlaced, OrderRequest, Rejection } from '../../../services/orders/src/order.ts';
import type { Inventory, OpenOutcome, Orders, Payments } from '../../../services/orders/src/ports.ts';
import { priceLines } from '../../../services/orders/src/pricing.ts';

/** The order book in memory, with the events it recorded. */
export class InMemoryOrders implements Orders {
  readonly events: OrderPlaced[] = [];
  readonly #orders = new Map<string, Order>();
  readonly #keys = new Map<string, { id: string; request: string }>();

  async find(id: string): Promise<Order | undefined> {
    return this.#orders.get(id);
  }

  async open(key: string, request: OrderRequest): Promise<OpenOutcome> {
    const known = this.#keys.get(key);
    if (known && known.request !== JSON.stringify(request)) return { kind: 'other-request' };
    if (known) return { kind: 'known', order: this.#get(known.id) };
    const { customerEmail, lines } = request;
    const order: Order = { id: randomUUID(), status: 'pending', customerEmail, lines, ...priceLines(lines) };
    this.#orders.set(order.id, order);
    this.#keys.set(key, { id: order.id, request: JSON.stringify(request) });
    return { kind: 'opened', order };
  }

  async confirm(order: Order, event: OrderPlaced): Promise<Order> {
    const confirmed = this.#change(order, ['pending'], { status: 'confirmed' });
    this.events.push(event);
    return confirmed;
  }

  async reject(order: Order, rejection: Rejection): Promise<Order> {
    return this.#change(order, ['pending'], { status: 'rejected', rejection });
  }

  async beginCancelling(order: Order): Promise<boolean> {
    if (!['pending', 'cancelling'].includes(this.#get(order.id).status)) return false;
    this.#change(order, ['pending', 'cancelling'], { status: 'cancelling' });
    return true;
  }

  async finishCancelling(order: Order): Promise<void> {
    this.#change(order, ['cancelling'], { status: 'rejected', rejection: { code: 'not_possible_now' } });
    for (const [key, { id }] of this.#keys) if (id === order.id) this.#keys.delete(key);
  }

  async claimAbandoned(): Promise<readonly Order[]> {
    return [...this.#orders.values()].filter(({ status }) => ['pending', 'cancelling'].includes(status));
  }

  #change(order: Order, from: readonly Order['status'][], change: Partial<Order>): Order {
    const current = this.#get(order.id);
    if (!from.includes(current.status)) throw new Error(`Order ${order.id} is ${current.status}.`);
    const changed = { ...current, ...change };
    this.#orders.set(order.id, changed);
    return changed;
  }

  #get(id: string): Order {
    const order = this.#orders.get(id);
    if (!order) throw new Error(`No order ${id}.`);
    return order;
  }
}

/** Inventory and payments that do everything asked and write it down, in one list. */
export function cooperating(): { calls: string[]; inventory: Inventory; payments: Payments } {
  const calls: string[] = [];
  return {
    calls,
    inventory: {
      reserve: async () => {
        calls.push('reserve');
        return { kind: 'reserved' };
      },
      confirm: async () => void calls.push('confirm'),
      release: async () => void calls.push('release'),
    },
    payments: {
      charge: async (_, amountCents) => {
        calls.push(`charge ${amountCents}`);
        return { kind: 'charged' };
      },
      refund: async () => void calls.push('refund'),
    },
  };
}

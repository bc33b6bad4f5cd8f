import * as z from 'zod';
import { errorCode, Neighbour } from './chassis/neighbour.ts';
import type { OrderPlaced } from './order.ts';
import type { OrderLine } from './order-line.ts';
import type { ChargeOutcome, Inventory, Payments, ReserveOutcome } from './ports.ts';

const OutOfStock = z.object({
  error: z.object({
    shortages: z.array(z.object({ sku: z.string(), wanted: z.int(), available: z.int() })),
  }),
});
const CardRefused = z.object({ error: z.object({ refusal: z.string() }) });

/** The order's id names the reservation. */
export class HttpInventory implements Inventory {
  readonly #inventory: Neighbour;

  constructor(url: string) {
    this.#inventory = new Neighbour('inventory', url);
  }

  async reserve(orderId: string, lines: readonly OrderLine[]): Promise<ReserveOutcome> {
    const response = await this.#inventory.send({
      method: 'POST',
      path: '/reservations',
      body: { id: orderId, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) },
    });
    if (response.status === 409 && errorCode(response) === 'out_of_stock') {
      const { error } = this.#inventory.expect(response, 409, OutOfStock);
      return { kind: 'out-of-stock', shortages: error.shortages };
    }
    this.#inventory.expect(response, 201, z.object({ status: z.enum(['held', 'confirmed']) }));
    return { kind: 'reserved' };
  }

  async confirm(orderId: string): Promise<void> {
    const response = await this.#inventory.send({ method: 'POST', path: `/reservations/${orderId}/confirm` });
    this.#inventory.expect(response, 200, z.object({ status: z.literal('confirmed') }));
  }

  async release(orderId: string): Promise<void> {
    const response = await this.#inventory.send({ method: 'POST', path: `/reservations/${orderId}/release` });
    this.#inventory.expect(response, 200, z.object({ status: z.literal('released') }));
  }
}

export class HttpPayments implements Payments {
  readonly #payments: Neighbour;

  /** Payments itself waits for the card processor, twice if need be. */
  constructor(url: string) {
    this.#payments = new Neighbour('payments', url, 8000);
  }

  async charge(orderId: string, amountCents: number, cardToken: string): Promise<ChargeOutcome> {
    const body = { orderId, amountCents, cardToken };
    const response = await this.#payments.send({ method: 'POST', path: '/charges', body });
    if (response.status === 402) {
      const { error } = this.#payments.expect(response, 402, CardRefused);
      return { kind: 'refused', refusal: error.refusal };
    }
    this.#payments.expect(
      response,
      201,
      z.object({ chargeId: z.string(), amountCents: z.literal(amountCents) }),
    );
    return { kind: 'charged' };
  }

  async refund(orderId: string): Promise<void> {
    const response = await this.#payments.send({ method: 'POST', path: '/refunds', body: { orderId } });
    if (response.status === 404 && errorCode(response) === 'charge_not_found') return;
    this.#payments.expect(response, 201, z.object({ refundId: z.string() }));
  }
}

/** Resolves once notifications has taken the event. It soon gives up: the event is safe in the outbox. */
export function deliverTo(url: string): (event: OrderPlaced) => Promise<void> {
  const notifications = new Neighbour('notifications', url, 1000);
  return async (event) => {
    const response = await notifications.send({ method: 'POST', path: '/events', body: event });
    notifications.expect(response, 202, z.unknown());
  };
}

import { randomUUID } from 'node:crypto';
import { ApiError } from './chassis/http.ts';
import { type Order, type OrderRequest, orderPlaced, type Rejection } from './order.ts';
import type { Inventory, Orders, Payments } from './ports.ts';

export interface Shop {
  readonly orders: Orders;
  readonly inventory: Inventory;
  readonly payments: Payments;
}

/**
 * Reserve, charge, confirm; when a step fails, what was done before it is taken back. Resolves to the confirmed or
 * rejected order. An attempt that dies half-way leaves an order that has not ended; `cancelAbandoned` ends it.
 *
 * @throws ApiError 409 while the same request is still being worked on, 422 when its key was used for another one,
 * and what a neighbour's failure threw.
 */
export async function placeOrder(shop: Shop, idempotencyKey: string, request: OrderRequest): Promise<Order> {
  const opened = await shop.orders.open(idempotencyKey, request);
  if (opened.kind === 'other-request') {
    throw new ApiError(422, 'idempotency_key_reused', 'This idempotency key was used for another order.');
  }
  if (opened.kind === 'opened') return await attempt(shop, opened.order, request.cardToken);
  if (opened.order.status === 'confirmed' || opened.order.status === 'rejected') return opened.order;
  throw new ApiError(409, 'order_in_progress', `Order ${opened.order.id} is being placed.`);
}

/** Ends orders whose attempt died, e.g. with the task that made it. Resolves to how many were ended. */
export async function cancelAbandoned(shop: Shop, olderThanMs: number): Promise<number> {
  const abandoned = await shop.orders.claimAbandoned(olderThanMs);
  for (const order of abandoned) await cancel(shop, order);
  return abandoned.length;
}

async function attempt(shop: Shop, order: Order, cardToken: string): Promise<Order> {
  try {
    const rejection = await reserveAndCharge(shop, order, cardToken);
    if (rejection) return await shop.orders.reject(order, rejection);
    await shop.inventory.confirm(order.id);
    return await shop.orders.confirm(order, orderPlaced(order, randomUUID(), new Date()));
  } catch (error) {
    // When this fails too, `cancelAbandoned` will go on with it.
    await cancel(shop, order).catch(() => {});
    throw error;
  }
}

async function reserveAndCharge(
  { inventory, payments }: Shop,
  order: Order,
  cardToken: string,
): Promise<Rejection | undefined> {
  const reserved = await inventory.reserve(order.id, order.lines);
  if (reserved.kind === 'out-of-stock') return { code: 'out_of_stock', shortages: reserved.shortages };
  const charged = await payments.charge(order.id, order.totalCents, cardToken);
  if (charged.kind === 'charged') return undefined;
  await inventory.release(order.id);
  return { code: 'card_refused', refusal: charged.refusal };
}

/** Nobody knows which steps got through, so all are taken back; each of these is harmless without its step. */
async function cancel({ orders, inventory, payments }: Shop, order: Order): Promise<void> {
  if (!(await orders.beginCancelling(order))) return;
  await payments.refund(order.id);
  await inventory.release(order.id);
  await orders.finishCancelling(order);
}

import { randomUUID } from 'node:crypto';
import { system } from 'stagegate/testing';
import { http, post, put } from './call.ts';

/** Puts a product nobody else knows into the catalog and on the shelf. Resolves to its SKU. */
export async function offer(stock: number, product: { priceCents?: number; taxPercent?: number } = {}) {
  const { url } = system();
  const sku = `T-${randomUUID().toUpperCase()}`;
  const described = { sku, name: 'Earl Grey', priceCents: 495, taxPercent: 7, ...product };
  await post(`${url('catalog')}/products`, described);
  await put(`${url('inventory')}/stock/${sku}`, { onHand: stock });
  return sku;
}

/** A shopper buys through the gateway. Resolves to the answer, whatever it is. */
export async function buy(
  lines: readonly { sku: string; quantity: number }[],
  { cardToken = 'tok_visa', key = randomUUID(), requestId = randomUUID() } = {},
) {
  const cart = { email: 'ada@example.com', cardToken, lines };
  const headers = { 'idempotency-key': key, 'x-request-id': requestId };
  return await http.post(`${system().url('gateway')}/orders`, cart, { headers });
}

export async function stockOf(sku: string) {
  const { data } = await http.get(`${system().url('inventory')}/stock/${sku}`);
  return { onHand: data.onHand, reserved: data.reserved };
}

export async function chargesOf(orderId: string) {
  const { data } = await http.get(`${system().url('payments')}/charges?orderId=${orderId}`);
  return data.charges;
}

export async function notificationsOf(orderId: string) {
  const { data } = await http.get(`${system().url('notifications')}/notifications?orderId=${orderId}`);
  return data.notifications;
}

/** Waits for the notification of an order. Resolves to the first one. */
export async function arrivedNotification(orderId: string) {
  await system().waitFor(async () => (await notificationsOf(orderId)).length > 0, {
    timeoutMs: 15_000,
    what: `a notification of order ${orderId}`,
  });
  return (await notificationsOf(orderId))[0];
}

import { randomUUID } from 'node:crypto';
import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { arrivedNotification, buy, notificationsOf, offer } from '../../support/shopping.ts';

test('the notification of an order arrives, with its goods and total', async () => {
  const sku = await offer(5);
  const { data: order } = await buy([{ sku, quantity: 3 }]);
  const notification = await arrivedNotification(order.id);
  expect(notification).toMatchObject({ orderId: order.id, to: 'ada@example.com' });
  expect(notification.text).toContain(`3 x ${sku}`);
  expect(notification.text).toContain('€14.85');
});

test('an order that was refused notifies nobody', async () => {
  const sku = await offer(5);
  const line = { sku, quantity: 1, unitPriceCents: 495, taxPercent: 7 };
  const refused = await http.post(
    `${system().url('orders')}/orders`,
    { customerEmail: 'ada@example.com', cardToken: 'tok_declined', lines: [line] },
    { headers: { 'idempotency-key': randomUUID() } },
  );
  expect(refused).toMatchObject({ status: 402, data: { error: { orderId: expect.any(String) } } });
  // Events are delivered in order: when the next order's notification is there, a wrong one would be.
  const { data: next } = await buy([{ sku, quantity: 1 }]);
  await arrivedNotification(next.id);
  expect(await notificationsOf(refused.data.error.orderId)).toEqual([]);
});

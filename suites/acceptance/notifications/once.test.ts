import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { arrivedNotification, buy, notificationsOf, offer } from '../../support/shopping.ts';

test('an event that is delivered again notifies the customer no second time', async () => {
  const sku = await offer(5);
  const { data: order } = await buy([{ sku, quantity: 1 }]);
  const notification = await arrivedNotification(order.id);

  const event = {
    id: notification.id,
    type: 'order-placed',
    time: new Date().toISOString(),
    data: {
      orderId: order.id,
      customerEmail: 'ada@example.com',
      totalCents: order.totalCents,
      lines: [{ sku, quantity: 1 }],
    },
  };
  const again = await http.post(`${system().url('notifications')}/events`, event);
  expect(again).toMatchObject({ status: 202, data: { result: 'known' } });
  expect(await notificationsOf(order.id)).toEqual([notification]);
});

test('many orders at once notify once each', async () => {
  const sku = await offer(20);
  const orders = await Promise.all(Array.from({ length: 10 }, () => buy([{ sku, quantity: 1 }])));
  for (const { data: order } of orders) {
    await arrivedNotification(order.id);
    expect(await notificationsOf(order.id)).toHaveLength(1);
  }
});

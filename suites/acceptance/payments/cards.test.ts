import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { buy, chargesOf, offer, stockOf } from '../../support/shopping.ts';

test.each([
  ['tok_no_funds', 'insufficient_funds'],
  ['tok_declined', 'declined'],
])(
  'a shopper whose card is refused (%s) learns why, and the goods go back on the shelf',
  async (cardToken, refusal) => {
    const sku = await offer(3);
    const refused = await buy([{ sku, quantity: 2 }], { cardToken });
    expect(refused).toMatchObject({ status: 402, data: { error: { code: 'card_refused', refusal } } });
    expect(await stockOf(sku)).toEqual({ onHand: 3, reserved: 0 });
  },
);

test('an answer that the card processor lost costs the shopper nothing twice', async () => {
  const sku = await offer(3);
  const bought = await buy([{ sku, quantity: 1 }], { cardToken: 'tok_lost_answer' });
  expect(bought.status).toBe(201);
  expect(await chargesOf(bought.data.id)).toMatchObject([{ amountCents: 495 }]);
});

test('an order is refunded in full, once', async () => {
  const { data: order } = await buy([{ sku: await offer(1), quantity: 1 }]);
  const refund = () => http.post(`${system().url('payments')}/refunds`, { orderId: order.id });
  const [first, second] = [await refund(), await refund()];
  expect(first).toMatchObject({ status: 201, data: { orderId: order.id, amountCents: 495 } });
  expect(second.data).toEqual(first.data);
  expect(await chargesOf(order.id)).toMatchObject([{ amountCents: 495, refundedCents: 495 }]);
});

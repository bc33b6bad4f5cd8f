import { randomUUID } from 'node:crypto';
import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { buy, chargesOf, offer, stockOf } from '../../support/shopping.ts';

const gateway = () => system().url('gateway');

test('a shopper finds a product, buys two of it, and looks at the order', async () => {
  const sku = await offer(5, { priceCents: 1999, taxPercent: 19 });
  const product = await http.get(`${gateway()}/products/${sku}`);
  expect(product).toMatchObject({ status: 200, data: { sku, priceCents: 1999 } });

  const bought = await buy([{ sku, quantity: 2 }]);
  expect(bought).toMatchObject({
    status: 201,
    data: { status: 'confirmed', totalCents: 3998, taxCents: 638 },
  });
  const looked = await http.get(`${gateway()}${bought.headers.location}`);
  expect(looked).toMatchObject({ status: 200, data: bought.data });

  expect(await stockOf(sku)).toEqual({ onHand: 3, reserved: 0 });
  expect(await chargesOf(bought.data.id)).toMatchObject([{ amountCents: 3998, refundedCents: 0 }]);
});

test('what is sold out cannot be bought, and nothing else in the cart is', async () => {
  const [tea, cup] = [await offer(5), await offer(1)];
  const refused = await buy([
    { sku: tea, quantity: 1 },
    { sku: cup, quantity: 2 },
  ]);
  const shortages = [{ sku: cup, wanted: 2, available: 1 }];
  expect(refused).toMatchObject({ status: 409, data: { error: { code: 'out_of_stock', shortages } } });
  expect(await stockOf(tea)).toEqual({ onHand: 5, reserved: 0 });
});

test('five shoppers after the last two: two get one each', async () => {
  const sku = await offer(2);
  const answers = await Promise.all(Array.from({ length: 5 }, () => buy([{ sku, quantity: 1 }])));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
  expect(await stockOf(sku)).toEqual({ onHand: 0, reserved: 0 });
});

test('a shopper who presses twice buys once', async () => {
  const sku = await offer(5);
  const key = randomUUID();
  const first = await buy([{ sku, quantity: 1 }], { key });
  const second = await buy([{ sku, quantity: 1 }], { key });
  expect(second).toMatchObject({ status: 201, data: first.data });
  expect(await stockOf(sku)).toEqual({ onHand: 4, reserved: 0 });
  expect(await chargesOf(first.data.id)).toHaveLength(1);
});

test('what is not in the catalog cannot be bought', async () => {
  const answer = await buy([{ sku: `NONE-${randomUUID().toUpperCase()}`.slice(0, 40), quantity: 1 }]);
  expect(answer).toMatchObject({ status: 422, data: { error: { code: 'unknown_products' } } });
});

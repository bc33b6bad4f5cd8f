import { deploySubject, type Subject } from 'stagegate/testing';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { deployedServiceTests } from '../../support/deployed.ts';

const cart = {
  email: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [
    { sku: 'TEA-1', quantity: 2 },
    { sku: 'CUP-1', quantity: 1 },
  ],
};

let gateway: Subject;
beforeAll(async () => {
  gateway = await deploySubject('gateway');
});
beforeEach(() => {
  gateway.stub('catalog').reset();
  gateway.stub('orders').reset();
});
afterEach(() => {
  expect(gateway.stub('catalog').unmatched).toEqual([]);
  expect(gateway.stub('orders').unmatched).toEqual([]);
});

const buy = (over: object = {}, headers: Record<string, string> = {}) =>
  http.post(`${gateway.url}/orders`, { ...cart, ...over }, { headers });

test('the shop window shows what the catalog has', async () => {
  const { status, data } = await http.get(`${gateway.url}/products`);
  expect(status).toBe(200);
  expect(data.products).toMatchObject([
    { sku: 'CUP-1', priceCents: 1200 },
    { sku: 'TEA-1', priceCents: 495 },
  ]);
  expect((await http.get(`${gateway.url}/products/TEA-1`)).data).toMatchObject({ name: 'Earl Grey' });
  expect((await http.get(`${gateway.url}/products/NONE-1`)).status).toBe(404);
});

test('a cart becomes an order at the catalog’s prices, under the shopper’s key and request id', async () => {
  gateway.stub('orders').given('goods and money are there');
  const answer = await buy({}, { 'idempotency-key': 'cart-0001', 'x-request-id': 'shopper-1' });
  expect(answer).toMatchObject({ status: 201, data: { status: 'confirmed', totalCents: 990 } });

  const [placed] = gateway.stub('orders').requests;
  expect(placed?.headers).toMatchObject({ 'idempotency-key': 'cart-0001', 'x-request-id': 'shopper-1' });
  expect(JSON.parse(placed?.body ?? '')).toEqual({
    customerEmail: 'ada@example.com',
    cardToken: 'tok_visa',
    lines: [
      { sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 },
      { sku: 'CUP-1', quantity: 1, unitPriceCents: 1200, taxPercent: 19 },
    ],
  });
});

test.each([
  ['the goods are sold out', 409, 'out_of_stock'],
  ['the card is refused', 402, 'card_refused'],
  ['the key cart-0004 was used for another order', 422, 'idempotency_key_reused'],
])('when %s the shopper is told', async (state, status, code) => {
  gateway.stub('orders').given(state);
  expect(await buy()).toMatchObject({ status, data: { error: { code } } });
});

test('a product that is not sold is not ordered', async () => {
  const answer = await buy({ lines: [{ sku: 'NONE-1', quantity: 1 }] });
  expect(answer).toMatchObject({
    status: 422,
    data: { error: { code: 'unknown_products', skus: ['NONE-1'] } },
  });
  expect(gateway.stub('orders').requests).toEqual([]);
});

test('an order can be looked at', async () => {
  gateway.stub('orders').given('there is an order');
  const id = '8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f';
  expect(await http.get(`${gateway.url}/orders/${id}`)).toMatchObject({
    status: 200,
    data: { id, totalCents: 990 },
  });
  gateway.stub('orders').given('there is no order');
  expect((await http.get(`${gateway.url}/orders/${id}`)).status).toBe(404);
});

deployedServiceTests(() => gateway, '/orders');

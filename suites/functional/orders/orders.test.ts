import { randomUUID } from 'node:crypto';
import { deploySubject, type Subject, waitFor } from 'stagegate/testing';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { deployedServiceTests } from '../../support/deployed.ts';

/** Totals 990 cents, the amount the payments pact speaks of. */
const request = {
  customerEmail: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
};

const neighbours = ['inventory', 'payments', 'notifications'];

let orders: Subject;
beforeAll(async () => {
  orders = await deploySubject('orders');
});
beforeEach(() => {
  for (const neighbour of neighbours) orders.stub(neighbour).reset();
  orders.stub('inventory').given('the goods are in stock', 'a reservation is held');
  orders.stub('payments').given('the card is good');
});
afterEach(() => {
  for (const neighbour of neighbours) expect(orders.stub(neighbour).unmatched).toEqual([]);
});

const place = (key: string = randomUUID()) =>
  http.post(`${orders.url}/orders`, request, {
    headers: { 'idempotency-key': key, 'x-request-id': 'shopper-1' },
  });
const asked = (neighbour: string) =>
  orders
    .stub(neighbour)
    .requests.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}`);

test('an order is reserved, charged and confirmed under one request id, and can be read', async () => {
  const { status, data } = await place();
  expect(status).toBe(201);
  expect(data).toMatchObject({ status: 'confirmed', totalCents: 990, taxCents: 65, lines: request.lines });
  expect(asked('inventory')).toEqual(['POST /reservations', 'POST /reservations/:id/confirm']);
  expect(asked('payments')).toEqual(['POST /charges']);
  for (const neighbour of ['inventory', 'payments']) {
    expect(
      orders.stub(neighbour).requests.every(({ headers }) => headers['x-request-id'] === 'shopper-1'),
    ).toBe(true);
  }
  expect((await http.get(`${orders.url}/orders/${data.id}`)).data).toEqual(data);
});

test('the event of a placed order is delivered', async () => {
  const { data: order } = await place();
  const events = () =>
    orders
      .stub('notifications')
      .requests.map(({ body }) => JSON.parse(body))
      .filter(({ data }) => data.orderId === order.id);
  await waitFor(() => events().length > 0, { timeoutMs: 10_000, what: 'event' });
  const lines = [{ sku: 'TEA-1', quantity: 2 }];
  const data = { orderId: order.id, customerEmail: 'ada@example.com', totalCents: 990, lines };
  expect(events()).toMatchObject([{ type: 'order-placed', data }]);
});

test('an order sent twice is placed and charged once', async () => {
  const key = randomUUID();
  const first = await place(key);
  expect(await place(key)).toMatchObject({ status: 201, data: first.data });
  expect(asked('payments')).toHaveLength(1);
});

test('what is sold out is not charged', async () => {
  orders.stub('inventory').given('the goods are out of stock');
  expect(await place()).toMatchObject({ status: 409, data: { error: { code: 'out_of_stock' } } });
  expect(asked('payments')).toEqual([]);
});

test('a refused card gives the goods back', async () => {
  orders.stub('payments').given('the card is refused');
  expect(await place()).toMatchObject({ status: 402, data: { error: { code: 'card_refused' } } });
  expect(asked('inventory')).toEqual(['POST /reservations', 'POST /reservations/:id/release']);
});

test('a reservation that cannot be confirmed is paid back', async () => {
  orders
    .stub('inventory')
    .given('the goods are in stock', 'a reservation is released', 'there is no reservation');
  orders.stub('payments').given('the card is good', 'the order was charged');
  expect((await place()).status).toBe(502);
  expect(asked('payments')).toEqual(['POST /charges', 'POST /refunds']);
  expect(asked('inventory').at(-1)).toBe('POST /reservations/:id/release');
});

deployedServiceTests(() => orders, '/orders');

import { beforeEach, expect, test } from 'vitest';
import { createApp } from '../../../services/orders/src/app.ts';
import { ask } from '../../support/ask.ts';
import { quiet } from '../../support/http-options.ts';
import { cooperating, InMemoryOrders } from './fakes.ts';

const request = {
  customerEmail: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
};

let neighbours: ReturnType<typeof cooperating>;
let app: ReturnType<typeof createApp>;
let placed: number;
beforeEach(() => {
  neighbours = cooperating();
  placed = 0;
  const { inventory, payments } = neighbours;
  app = createApp({
    orders: new InMemoryOrders(),
    inventory,
    payments,
    onPlaced: () => placed++,
    ...quiet(),
  });
});

const place = (body: unknown = request, key = 'key-0001') =>
  ask(app, 'POST', '/orders', body, key === '' ? {} : { 'idempotency-key': key });

test('a placed order answers 201, can be read again, and wakes the relay', async () => {
  const answer = await place();
  const { id } = answer.body;
  const order = {
    id,
    status: 'confirmed',
    customerEmail: 'ada@example.com',
    lines: request.lines,
    totalCents: 990,
    taxCents: 65,
  };
  expect(answer).toMatchObject({ status: 201, body: order });
  expect(answer.headers.get('location')).toBe(`/orders/${id}`);
  expect((await ask(app, 'GET', `/orders/${id}`)).body).toEqual(order);
  expect(placed).toBe(1);
});

test('missing stock answers 409 with what is missing', async () => {
  const shortages = [{ sku: 'TEA-1', wanted: 2, available: 0 }];
  neighbours.inventory.reserve = async () => ({ kind: 'out-of-stock', shortages });
  expect(await place()).toMatchObject({ status: 409, body: { error: { code: 'out_of_stock', shortages } } });
  expect(placed).toBe(0);
});

test('a refused card answers 402 with the reason', async () => {
  neighbours.payments.charge = async () => ({ kind: 'refused', refusal: 'expired_card' });
  const error = { code: 'card_refused', refusal: 'expired_card' };
  expect(await place()).toMatchObject({ status: 402, body: { error } });
});

test('an unforeseen failure answers 500 and keeps its details for the log', async () => {
  neighbours.payments.charge = async () => {
    throw new Error('secret detail');
  };
  const { status, body } = await place();
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('secret');
});

test.each(['/orders/nothing', '/orders/3d594650-3436-4f5b-8b0a-5d0f8a4c7e21'])(
  '%s is not found',
  async (path) => {
    expect(await ask(app, 'GET', path)).toMatchObject({
      status: 404,
      body: { error: { code: 'order_not_found' } },
    });
  },
);

test.each([
  ['no idempotency key', request, '', 'idempotency-key'],
  ['no lines', { ...request, lines: [] }, 'key-0001', 'lines'],
  ['no address', { ...request, customerEmail: 'ada' }, 'key-0001', 'customerEmail'],
  [
    'a negative price',
    { ...request, lines: [{ ...request.lines[0], unitPriceCents: -1 }] },
    'key-0001',
    'lines.0.unitPriceCents',
  ],
])('an order with %s is refused before anything is done', async (_, body, key, field) => {
  const answer = await place(body, key);
  expect(answer).toMatchObject({ status: 400, body: { error: { problems: [{ field }] } } });
  expect(neighbours.calls).toEqual([]);
});

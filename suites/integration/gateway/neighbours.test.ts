import { Hono } from 'hono';
import supertest from 'supertest';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../../services/gateway/src/app.ts';
import { HttpCatalog, HttpOrders } from '../../../services/gateway/src/neighbours.ts';
import { quiet } from '../../support/http-options.ts';
import { listen, nobody, serverOf } from '../../support/listen.ts';

const tea = { sku: 'TEA-1', name: 'Earl Grey', priceCents: 495, taxPercent: 7, description: '' };
const cart = {
  email: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [
    { sku: 'TEA-1', quantity: 2 },
    { sku: 'CUP-1', quantity: 1 },
  ],
};

const gateway = (catalogUrl: string, ordersUrl: string) => {
  const neighbours = { catalog: new HttpCatalog(catalogUrl), orders: new HttpOrders(ordersUrl) };
  return supertest(serverOf(createApp({ ...neighbours, ...quiet() })));
};

describe('buying', () => {
  test('asks the catalog once for all products, and passes key and request id on', async () => {
    const seen: unknown[] = [];
    const catalog = new Hono().get('/products', (c) => {
      seen.push({ skus: c.req.queries('sku'), requestId: c.req.header('x-request-id') });
      return c.json({ products: [tea, { ...tea, sku: 'CUP-1' }], next: null });
    });
    const orders = new Hono().post('/orders', async (c) => {
      const { lines } = await c.req.json();
      seen.push({ lines, key: c.req.header('idempotency-key'), requestId: c.req.header('x-request-id') });
      const id = '8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f';
      return c.json({ id, status: 'confirmed', totalCents: 1485, taxCents: 97, lines, more: true }, 201);
    });
    const api = gateway(await listen(catalog), await listen(orders));
    const headers = { 'idempotency-key': 'cart-0001', 'x-request-id': 'req-9' };
    const { body } = await api
      .post('/orders')
      .set(headers)
      .send(cart)
      .expect(201)
      .expect('x-request-id', 'req-9');
    const price = { unitPriceCents: 495, taxPercent: 7 };
    expect(seen).toEqual([
      { skus: ['TEA-1', 'CUP-1'], requestId: 'req-9' },
      {
        lines: [
          { sku: 'TEA-1', quantity: 2, ...price },
          { sku: 'CUP-1', quantity: 1, ...price },
        ],
        key: 'cart-0001',
        requestId: 'req-9',
      },
    ]);
    expect(body).toMatchObject({ status: 'confirmed', totalCents: 1485 });
    expect(body).not.toHaveProperty('more');
  });

  test.each([
    ['out_of_stock', 409, { shortages: [{ sku: 'TEA-1', wanted: 2, available: 1 }] }, 409],
    ['card_refused', 402, { refusal: 'declined' }, 402],
    ['order_in_progress', 409, {}, 409],
    ['idempotency_key_reused', 422, {}, 422],
    ['something_new', 418, {}, 502],
    ['neighbour_unavailable', 503, {}, 503],
  ] as const)('an order refused for %s is told to the shopper', async (code, status, details, expected) => {
    const catalog = new Hono().get('/products', (c) =>
      c.json({ products: [tea, { ...tea, sku: 'CUP-1' }], next: null }),
    );
    const orders = new Hono().post('/orders', (c) =>
      c.json({ error: { code, message: '', ...details } }, status),
    );
    const { body } = await gateway(await listen(catalog), await listen(orders))
      .post('/orders')
      .send(cart)
      .expect(expected);
    if (status === expected) expect(body.error).toMatchObject({ code, ...details });
  });
});

describe('a catalog', () => {
  test('that does not answer makes the shop unavailable, not wrong', async () => {
    const { body } = await gateway(nobody, nobody).get('/products').expect(503);
    expect(body.error.code).toBe('neighbour_unavailable');
  });

  test.each([
    ['speaks of prices in another way', { products: [{ ...tea, priceCents: '4.95' }], next: null }],
    ['answers no list at all', '<html>'],
  ])('that %s is an error of ours, never shown to a shopper as a price', async (_, answer) => {
    const catalog = new Hono().get('/products', (c) => c.json(answer));
    const { body } = await gateway(await listen(catalog), nobody)
      .get('/products')
      .expect(502);
    expect(body.error.code).toBe('unexpected_answer');
  });

  test('that redirects is not followed', async () => {
    const catalog = new Hono().get('/products', (c) => c.redirect('/elsewhere'));
    await gateway(await listen(catalog), nobody)
      .get('/products')
      .expect(502);
  });
});

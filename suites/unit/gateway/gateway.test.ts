import { beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/gateway/src/app.ts';
import { priceCart } from '../../../services/gateway/src/cart.ts';
import { ApiError } from '../../../services/gateway/src/chassis/http.ts';
import type { Catalog, Orders, OrderWish, PlacedOrder } from '../../../services/gateway/src/neighbours.ts';
import { ask } from '../../support/ask.ts';
import { quiet } from '../../support/http-options.ts';

const tea = { sku: 'TEA-1', name: 'Earl Grey', priceCents: 495, taxPercent: 7, description: '' };
const cup = { sku: 'CUP-1', name: 'Cup', priceCents: 1_200, taxPercent: 19, description: '' };
const orderId = '8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f';

describe('pricing a cart', () => {
  test('takes price and tax from the catalog', () => {
    expect(priceCart([{ sku: 'TEA-1', quantity: 2 }], [tea, cup])).toEqual({
      kind: 'priced',
      lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
    });
  });

  test('makes one line of a product that was put in twice', () => {
    const cart = [
      { sku: 'TEA-1', quantity: 2 },
      { sku: 'CUP-1', quantity: 1 },
      { sku: 'TEA-1', quantity: 3 },
    ];
    expect(priceCart(cart, [cup, tea])).toMatchObject({
      lines: [
        { sku: 'TEA-1', quantity: 5 },
        { sku: 'CUP-1', quantity: 1 },
      ],
    });
  });

  test('names each unknown product once, and prices nothing', () => {
    const cart = [tea.sku, 'NO-1', 'NO-2', 'NO-1'].map((sku) => ({ sku, quantity: 1 }));
    expect(priceCart(cart, [tea])).toEqual({ kind: 'unknown-products', skus: ['NO-1', 'NO-2'] });
  });
});

describe('the public API', () => {
  let wishes: OrderWish[];
  let orders: Orders;
  beforeEach(() => {
    wishes = [];
    orders = {
      place: async (wish) => {
        wishes.push(wish);
        return placed;
      },
      find: async (id) => (id === orderId ? placed : undefined),
    };
  });
  const placed: PlacedOrder = {
    id: orderId,
    status: 'confirmed',
    totalCents: 990,
    taxCents: 65,
    lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495 }],
  };
  const catalog: Catalog = {
    page: async () => ({ products: [cup, tea], next: null }),
    find: async (sku) => [cup, tea].find((product) => product.sku === sku),
    named: async (skus) => [cup, tea].filter((product) => skus.includes(product.sku)),
  };
  const cart = { email: 'ada@example.com', cardToken: 'tok_visa', lines: [{ sku: 'TEA-1', quantity: 2 }] };
  const app = () => createApp({ catalog, orders, ...quiet() });

  test('lists what the catalog has', async () => {
    const body = { products: [cup, tea], next: null };
    expect(await ask(app(), 'GET', '/products')).toMatchObject({ status: 200, body });
  });

  test('turns a cart into an order at the catalog’s prices', async () => {
    const answer = await ask(app(), 'POST', '/orders', cart, { 'idempotency-key': 'cart-0001' });
    expect(answer).toMatchObject({ status: 201, body: placed });
    expect(answer.headers.get('location')).toBe(`/orders/${orderId}`);
    expect(wishes).toEqual([
      {
        idempotencyKey: 'cart-0001',
        customerEmail: 'ada@example.com',
        cardToken: 'tok_visa',
        lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
      },
    ]);
  });

  test('does not let the shopper say the price', async () => {
    const cheeky = { ...cart, lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 1, priceCents: 1 }] };
    await ask(app(), 'POST', '/orders', cheeky);
    expect(wishes[0]?.lines).toMatchObject([{ unitPriceCents: 495 }]);
  });

  test('gives every cart without a key one of its own', async () => {
    await ask(app(), 'POST', '/orders', cart);
    await ask(app(), 'POST', '/orders', cart);
    expect(new Set(wishes.map((wish) => wish.idempotencyKey)).size).toBe(2);
  });

  test('orders nothing when one product is unknown', async () => {
    const wrong = { ...cart, lines: [...cart.lines, { sku: 'NO-1', quantity: 1 }] };
    const answer = await ask(app(), 'POST', '/orders', wrong);
    expect(answer).toMatchObject({
      status: 422,
      body: { error: { code: 'unknown_products', skus: ['NO-1'] } },
    });
    expect(wishes).toEqual([]);
  });

  test('passes on why an order was refused', async () => {
    orders.place = async () => {
      throw new ApiError(402, 'card_refused', 'The card was refused.', { refusal: 'declined' });
    };
    const error = { code: 'card_refused', refusal: 'declined' };
    expect(await ask(app(), 'POST', '/orders', cart)).toMatchObject({ status: 402, body: { error } });
  });

  test.each([
    ['GET', '/products/NO-1', 404, 'product_not_found'],
    ['GET', '/products/..%2Fhealth', 404, 'product_not_found'],
    ['GET', '/orders/1', 404, 'order_not_found'],
    ['GET', '/products?after=x', 400, 'invalid_request'],
    ['POST', '/orders', 400, 'invalid_json'],
    ['DELETE', '/orders', 404, 'no_such_route'],
  ])('%s %s answers %i %s', async (method, path, status, code) => {
    expect(await ask(app(), method, path)).toMatchObject({ status, body: { error: { code } } });
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { OrderRequest } from '../../../services/orders/src/order.ts';
import { cancelAbandoned, placeOrder } from '../../../services/orders/src/place-order.ts';
import { cooperating, InMemoryOrders } from './fakes.ts';

const request: OrderRequest = {
  customerEmail: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
};
const down = async () => {
  throw new Error('connection refused');
};

let orders: InMemoryOrders;
let neighbours: ReturnType<typeof cooperating>;
beforeEach(() => {
  orders = new InMemoryOrders();
  neighbours = cooperating();
});

const shop = () => ({ orders, inventory: neighbours.inventory, payments: neighbours.payments });
const place = (key = 'key-0001', wish = request) => placeOrder(shop(), key, wish);

test('an order is reserved, charged its total, confirmed, and recorded with its event', async () => {
  const order = await place();
  expect(order).toMatchObject({ status: 'confirmed', totalCents: 990, taxCents: 65 });
  expect(neighbours.calls).toEqual(['reserve', 'charge 990', 'confirm']);
  expect(orders.events).toMatchObject([
    {
      type: 'order-placed',
      data: {
        orderId: order.id,
        customerEmail: 'ada@example.com',
        totalCents: 990,
        lines: [{ sku: 'TEA-1', quantity: 2 }],
      },
    },
  ]);
});

test('what is out of stock is rejected and never charged', async () => {
  const shortages = [{ sku: 'TEA-1', wanted: 2, available: 1 }];
  neighbours.inventory.reserve = async () => ({ kind: 'out-of-stock', shortages });
  expect(await place()).toMatchObject({ status: 'rejected', rejection: { code: 'out_of_stock', shortages } });
  expect(neighbours.calls).toEqual([]);
  expect(orders.events).toEqual([]);
});

test('a refused card gives the goods back', async () => {
  neighbours.payments.charge = async () => ({ kind: 'refused', refusal: 'expired_card' });
  const rejection = { code: 'card_refused', refusal: 'expired_card' };
  expect(await place()).toMatchObject({ status: 'rejected', rejection });
  expect(neighbours.calls).toEqual(['reserve', 'release']);
  expect(orders.events).toEqual([]);
});

describe('when a neighbour fails', () => {
  test.each([
    ['reserving', { inventory: { reserve: down }, payments: {} }],
    ['charging', { inventory: {}, payments: { charge: down } }],
    ['confirming', { inventory: { confirm: down }, payments: {} }],
  ])('while %s, everything is taken back, since nobody knows what got through', async (_, broken) => {
    Object.assign(neighbours.inventory, broken.inventory);
    Object.assign(neighbours.payments, broken.payments);
    await expect(place()).rejects.toThrow('connection refused');
    expect(neighbours.calls.slice(-2)).toEqual(['refund', 'release']);
    expect(orders.events).toEqual([]);
  });

  test('the same key may try again, as a new order', async () => {
    const { confirm } = neighbours.inventory;
    neighbours.inventory.confirm = down;
    await expect(place()).rejects.toThrow();
    neighbours.inventory.confirm = confirm;
    expect((await place()).status).toBe('confirmed');
  });

  test('and taking back fails too, it is done later', async () => {
    const { refund } = neighbours.payments;
    neighbours.payments.charge = down;
    neighbours.payments.refund = down;
    await expect(place()).rejects.toThrow();
    await expect(place()).rejects.toMatchObject({ status: 409, code: 'order_in_progress' });

    neighbours.payments.refund = refund;
    expect(await cancelAbandoned(shop(), 0)).toBe(1);
    expect(neighbours.calls).toEqual(['reserve', 'refund', 'release']);
    expect(await cancelAbandoned(shop(), 0)).toBe(0);
  });
});

describe('the idempotency key', () => {
  test('sent again gets the same order, charged once', async () => {
    const first = await place();
    expect(await place()).toEqual(first);
    expect(neighbours.calls.filter((call) => call.startsWith('charge'))).toHaveLength(1);
    expect(orders.events).toHaveLength(1);
  });

  test('gets the same rejection again', async () => {
    neighbours.payments.charge = async () => ({ kind: 'refused', refusal: 'declined' });
    const first = await place();
    expect(await place()).toEqual(first);
  });

  test('cannot be used for another order', async () => {
    await place();
    const other = place('key-0001', { ...request, customerEmail: 'eve@example.com' });
    await expect(other).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  test('of an order still being placed is told so', async () => {
    const charge = Promise.withResolvers<{ kind: 'charged' }>();
    const charging = Promise.withResolvers<void>();
    neighbours.payments.charge = () => {
      charging.resolve();
      return charge.promise;
    };
    const first = place();
    await charging.promise;
    await expect(place()).rejects.toMatchObject({ status: 409, code: 'order_in_progress' });
    charge.resolve({ kind: 'charged' });
    expect((await first).status).toBe('confirmed');
  });
});

test('an attempt that was given up by the janitor cannot confirm any more', async () => {
  const { confirm } = neighbours.inventory;
  neighbours.inventory.confirm = async (id) => {
    await cancelAbandoned(shop(), 0);
    await confirm(id);
  };
  await expect(place()).rejects.toThrow();
  expect(orders.events).toEqual([]);
  expect(neighbours.calls).toContain('refund');
});

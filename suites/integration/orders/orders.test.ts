import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Sql } from 'postgres';
import supertest from 'supertest';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/orders/src/app.ts';
import { migrations } from '../../../services/orders/src/migrations.ts';
import { HttpInventory, HttpPayments } from '../../../services/orders/src/neighbours.ts';
import { type Order, type OrderRequest, orderPlaced } from '../../../services/orders/src/order.ts';
import { PostgresOrders } from '../../../services/orders/src/postgres-orders.ts';
import { openDatabase } from '../../support/database.ts';
import { quiet } from '../../support/http-options.ts';
import { listen, nobody, serverOf } from '../../support/listen.ts';
import { migrationTests } from '../../support/migrations.ts';

const request: OrderRequest = {
  customerEmail: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
};

describe('the schema', () => {
  migrationTests('orders', migrations);
});

describe('the order book', () => {
  let sql: Sql;
  let orders: PostgresOrders;
  beforeAll(async () => {
    sql = await openDatabase('orders', migrations);
    orders = new PostgresOrders(sql);
  });
  beforeEach(() => sql`truncate orders, outbox`);

  async function open(key: string = randomUUID(), wish = request): Promise<Order> {
    const opened = await orders.open(key, wish);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    return opened.order;
  }
  const event = (order: Order) => orderPlaced(order, randomUUID(), new Date());

  test('gives back an order as it was opened', async () => {
    const order = await open();
    expect(order).toMatchObject({ status: 'pending', lines: request.lines, totalCents: 990, taxCents: 65 });
    expect(await orders.find(order.id)).toEqual(order);
  });

  test('opens one order for one key, however many ask at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => orders.open('key-0001', request)));
    expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'known')).toHaveLength(7);
  });

  test('knows when a key comes with another request', async () => {
    await open('key-0001');
    const other = await orders.open('key-0001', { ...request, cardToken: 'tok_other' });
    expect(other).toEqual({ kind: 'other-request' });
  });

  test('confirms an order and records its event together', async () => {
    const order = await open();
    const placed = event(order);
    expect(await orders.confirm(order, placed)).toEqual({ ...order, status: 'confirmed' });
    expect([...(await sql`select event from outbox`)]).toEqual([{ event: placed }]);
  });

  test('confirms no order whose event cannot be recorded', async () => {
    const [first, second] = [await open(), await open()];
    const placed = event(first);
    await orders.confirm(first, placed);
    await expect(orders.confirm(second, placed)).rejects.toThrow('outbox_event_id_key');
    expect(await orders.find(second.id)).toMatchObject({ status: 'pending' });
  });

  test('records no event of an order that cannot be confirmed any more', async () => {
    const order = await open();
    await orders.beginCancelling(order);
    await expect(orders.confirm(order, event(order))).rejects.toThrow('not pending');
    expect(await sql`select 1 from outbox`).toHaveLength(0);
  });

  test('lets an order end once: confirmed or cancelled, never both', async () => {
    const order = await open();
    const [confirmed, cancelling] = await Promise.allSettled([
      orders.confirm(order, event(order)),
      orders.beginCancelling(order),
    ]);
    const wasConfirmed = confirmed.status === 'fulfilled';
    expect(cancelling).toMatchObject({ status: 'fulfilled', value: !wasConfirmed });
  });

  test('frees the key of a cancelled order', async () => {
    const order = await open('key-0001');
    await orders.beginCancelling(order);
    await orders.finishCancelling(order);
    expect(await orders.find(order.id)).toMatchObject({ rejection: { code: 'not_possible_now' } });
    expect((await open('key-0001')).id).not.toBe(order.id);
  });

  test('gives each abandoned order to one of many janitors, and no order too early', async () => {
    await Promise.all(Array.from({ length: 6 }, () => open()));
    await orders.reject(await open(), { code: 'card_refused', refusal: 'declined' });
    expect(await orders.claimAbandoned(60_000)).toEqual([]);
    await sql`update orders set touched_at = now() - interval '2 minutes'`;
    const claimed = await Promise.all([1, 2, 3].map(() => orders.claimAbandoned(60_000)));
    const ids = claimed.flat().map(({ id }) => id);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
  });

  describe('behind the API', () => {
    const key = { 'idempotency-key': 'key-0001', 'x-request-id': 'req-5' };
    const api = (inventoryUrl: string, paymentsUrl: string) => {
      const neighbours = {
        inventory: new HttpInventory(inventoryUrl),
        payments: new HttpPayments(paymentsUrl),
      };
      return supertest(serverOf(createApp({ orders, ...neighbours, onPlaced: () => {}, ...quiet() })));
    };
    /** Both neighbours in one; writes down what it was asked, with the request id. */
    const neighbour = (calls: string[]) =>
      new Hono()
        .use((c, next) => {
          calls.push(
            `${c.req.method} ${c.req.path.replace(/[0-9a-f-]{36}/, ':id')} ${c.req.header('x-request-id')}`,
          );
          return next();
        })
        .post('/reservations', (c) => c.json({ status: 'held' }, 201))
        .post('/reservations/:id/confirm', (c) => c.json({ status: 'confirmed' }))
        .post('/reservations/:id/release', (c) => c.json({ status: 'released' }))
        .post('/charges', async (c) => {
          const { amountCents, cardToken } = await c.req.json();
          const refused = { error: { code: 'card_refused', message: '', refusal: 'expired_card' } };
          return cardToken === 'tok_expired'
            ? c.json(refused, 402)
            : c.json({ chargeId: 'ch_1', amountCents }, 201);
        });

    test('an order goes through both neighbours under one request id', async () => {
      const calls: string[] = [];
      const url = await listen(neighbour(calls));
      const first = await api(url, url).post('/orders').set(key).send(request).expect(201);
      expect(calls).toEqual([
        'POST /reservations req-5',
        'POST /charges req-5',
        'POST /reservations/:id/confirm req-5',
      ]);
      const again = await api(url, url).post('/orders').set(key).send(request).expect(201);
      expect(again.body).toEqual(first.body);
      await api(url, url).get(`/orders/${first.body.id}`).expect(200, first.body);
      expect(calls).toHaveLength(3);
    });

    test('a refused card releases the goods, and the refusal can be read again', async () => {
      const calls: string[] = [];
      const url = await listen(neighbour(calls));
      const wish = { ...request, cardToken: 'tok_expired' };
      const { body } = await api(url, url).post('/orders').set(key).send(wish).expect(402);
      expect(body.error).toMatchObject({ code: 'card_refused', refusal: 'expired_card' });
      expect(calls.at(-1)).toBe('POST /reservations/:id/release req-5');
      const { body: order } = await api(url, url).get(`/orders/${body.error.orderId}`).expect(200);
      expect(order).toMatchObject({ status: 'rejected', rejection: { code: 'card_refused' } });
    });

    test('payments that do not answer leave the order to the janitor', async () => {
      const url = await listen(neighbour([]));
      await api(url, nobody).post('/orders').set(key).send(request).expect(503);
      expect([...(await sql`select status from orders`)]).toEqual([{ status: 'cancelling' }]);
      await api(url, nobody).post('/orders').set(key).send(request).expect(409);
    });
  });
});

import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Sql } from 'postgres';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { migrations } from '../../../services/orders/src/migrations.ts';
import { deliverTo } from '../../../services/orders/src/neighbours.ts';
import { type OrderPlaced, orderPlaced } from '../../../services/orders/src/order.ts';
import { PostgresOrders } from '../../../services/orders/src/postgres-orders.ts';
import { PostgresOutbox } from '../../../services/orders/src/postgres-outbox.ts';
import { openDatabase } from '../../support/database.ts';
import { listen, nobody } from '../../support/listen.ts';

let sql: Sql;
let outbox: PostgresOutbox;
beforeAll(async () => {
  sql = await openDatabase('orders', migrations);
  outbox = new PostgresOutbox(sql);
});
beforeEach(() => sql`truncate orders, outbox`);

/** Places this many orders, one after the other. Resolves to their events' ids. */
async function place(count: number): Promise<string[]> {
  const orders = new PostgresOrders(sql);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const opened = await orders.open(randomUUID(), {
      customerEmail: 'ada@example.com',
      cardToken: 'tok_visa',
      lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
    });
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const event = orderPlaced(opened.order, randomUUID(), new Date());
    await orders.confirm(opened.order, event);
    ids.push(event.id);
  }
  return ids;
}

/** A consumer that takes everything, and what it took. */
function taking(): { taken: string[]; deliver: (event: OrderPlaced) => Promise<void> } {
  const taken: string[] = [];
  return { taken, deliver: async ({ id }) => void taken.push(id) };
}

test('events are delivered in the order they were recorded, once', async () => {
  const ids = await place(3);
  const { taken, deliver } = taking();
  expect(await outbox.deliverDue(deliver)).toEqual({ delivered: 3, failed: false });
  expect(await outbox.deliverDue(deliver)).toEqual({ delivered: 0, failed: false });
  expect(taken).toEqual(ids);
});

test('three relays at work deliver each event once', async () => {
  const ids = await place(30);
  const { taken, deliver } = taking();
  const round = () => Promise.all([1, 2, 3].map(() => outbox.deliverDue(deliver)));
  await round();
  await round();
  expect(taken.toSorted()).toEqual(ids.toSorted());
});

test('an event that could not be delivered waits, then comes again', async () => {
  const ids = await place(2);
  const { taken, deliver } = taking();
  const failing = () => Promise.reject(new Error('no'));
  expect(await outbox.deliverDue(failing)).toEqual({ delivered: 0, failed: true });
  await outbox.deliverDue(deliver);
  expect(taken).toEqual([ids[1]]);

  await sql`update outbox set next_attempt_at = now()`;
  await outbox.deliverDue(deliver);
  expect(taken).toEqual([ids[1], ids[0]]);
});

test('the consumer gets the event as it was recorded', async () => {
  const [id] = await place(1);
  const bodies: OrderPlaced[] = [];
  const consumer = new Hono().post('/events', async (c) => {
    bodies.push(await c.req.json());
    return c.json({ result: 'notified' }, 202);
  });
  await outbox.deliverDue(deliverTo(await listen(consumer)));
  const data = { customerEmail: 'ada@example.com', totalCents: 990, lines: [{ sku: 'TEA-1', quantity: 2 }] };
  expect(bodies).toMatchObject([{ id, type: 'order-placed', data }]);
});

test.each([
  ['is not there', () => Promise.resolve(nobody)],
  ['refuses it', () => listen(new Hono().post('/events', (c) => c.json({}, 400)))],
  ['fails', () => listen(new Hono().post('/events', (c) => c.json({}, 500)))],
])('a consumer that %s gets the event again later', async (_, consumer) => {
  await place(1);
  expect(await outbox.deliverDue(deliverTo(await consumer()))).toEqual({ delivered: 0, failed: true });
  expect(await sql`select 1 from outbox where delivered_at is null and attempts = 1`).toHaveLength(1);
});

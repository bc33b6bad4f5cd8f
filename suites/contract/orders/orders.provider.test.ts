import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import postgres from 'postgres';
import { startService, stubFor, verifyProvider } from 'stagegate/testing';
import { test } from 'vitest';
import { post } from '../../support/call.ts';
import { listen } from '../../support/listen.ts';

/** Totals 990 cents, the amount the payments pact speaks of. */
const request = {
  customerEmail: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
};

test('orders honour what their consumers expect, events too', async () => {
  const inventory = await stubFor('orders', 'inventory');
  const payments = await stubFor('orders', 'payments');
  const events = eventSink();
  const { url, databaseUrl = '' } = await startService('orders', {
    env: {
      INVENTORY_URL: inventory.url,
      PAYMENTS_URL: payments.url,
      NOTIFICATIONS_URL: await listen(events.app),
    },
  });
  const sql = postgres(databaseUrl);

  const allIsWell = async () => {
    await sql`truncate orders, outbox`;
    inventory.given('the goods are in stock', 'a reservation is held');
    payments.given('the card is good');
  };
  const place = (key: string, wish: object = request) =>
    post(`${url}/orders`, wish, { 'idempotency-key': key });

  await verifyProvider({
    provider: 'orders',
    url,
    stateHandlers: {
      'goods and money are there': allIsWell,
      'the goods are sold out': async () => {
        await allIsWell();
        inventory.given('the goods are out of stock');
      },
      'the card is refused': async () => {
        await allIsWell();
        payments.given('the card is refused');
      },
      'the key cart-0004 was used for another order': async () => {
        await allIsWell();
        await place('cart-0004', { ...request, customerEmail: 'eve@example.com' });
      },
      'there is an order': async ({ id }) => {
        await allIsWell();
        const placed = await place('cart-0005');
        await sql`update orders set id = ${String(id)} where id = ${placed.id}`;
      },
      'there is no order': allIsWell,
      'an order was placed': allIsWell,
    },
    messages: {
      'order-placed': async () => {
        const event = events.next();
        await place(randomUUID());
        return await event;
      },
    },
  });
});

/** Stands where notifications would, and takes every event. */
function eventSink() {
  let waiting = Promise.withResolvers<unknown>();
  const app = new Hono().post('/events', async (c) => {
    waiting.resolve(await c.req.json());
    return c.json({ result: 'notified' }, 202);
  });
  return {
    app,
    /** The next event delivered from now on. Rejects when none comes. */
    next: () => {
      waiting = Promise.withResolvers<unknown>();
      const giveUp = setTimeout(() => waiting.reject(new Error('No event was delivered in 10 s.')), 10_000);
      return waiting.promise.finally(() => clearTimeout(giveUp));
    },
  };
}

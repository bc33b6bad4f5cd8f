import { describe, expect, test } from 'vitest';
import { createApp } from '../../../services/notifications/src/app.ts';
import { compose, euros, OrderPlaced } from '../../../services/notifications/src/order-placed.ts';
import { Outgoing } from '../../../services/notifications/src/outgoing.ts';
import { ask } from '../../support/ask.ts';
import { quiet } from '../../support/http-options.ts';

const orderId = '1f0c9f4e-3f5d-4b62-9d1b-7f4c2a6b8d10';
const event = {
  id: 'c2a9b7d4-6f0e-4e3a-8b1d-5c7f9e2a4b60',
  type: 'order-placed',
  time: '2026-11-22T10:00:00.000Z',
  data: {
    orderId,
    customerEmail: 'ada@example.com',
    totalCents: 123_456,
    lines: [{ sku: 'TEA-1', quantity: 2 }],
  },
};

test('a notification goes to the customer and names order, goods and total', () => {
  const { to, subject, text } = compose(OrderPlaced.parse(event));
  expect(to).toBe('ada@example.com');
  expect(subject).toContain(orderId);
  expect(text).toContain('2 x TEA-1');
  expect(text).toContain('€1,234.56');
});

describe('euros', () => {
  test.each([
    [0, '€0.00'],
    [5, '€0.05'],
    [99, '€0.99'],
    [100, '€1.00'],
    [1_010, '€10.10'],
    [100_000_099, '€1,000,000.99'],
  ])('%i cents are %s', (cents, text) => {
    expect(euros(cents)).toBe(text);
  });
});

describe('what was sent', () => {
  const notification = (id: string) => ({ id, orderId, to: 'a@b.de', subject: 's', text: 't' });

  test('is sent once', () => {
    const outgoing = new Outgoing();
    expect(outgoing.send(notification('1'))).toBe(true);
    expect(outgoing.send(notification('1'))).toBe(false);
    expect(outgoing.of(orderId)).toHaveLength(1);
  });

  test('is kept up to a limit, newest last', () => {
    const outgoing = new Outgoing(2);
    for (const id of ['1', '2', '3']) outgoing.send(notification(id));
    expect(outgoing.of(orderId).map(({ id }) => id)).toEqual(['2', '3']);
  });
});

describe('events', () => {
  const app = createApp({ outgoing: new Outgoing(), ...quiet() });

  test('that come again are known, and notify nobody twice', async () => {
    expect(await ask(app, 'POST', '/events', event)).toMatchObject({
      status: 202,
      body: { result: 'notified' },
    });
    expect(await ask(app, 'POST', '/events', event)).toMatchObject({
      status: 202,
      body: { result: 'known' },
    });
    const { body } = await ask(app, 'GET', `/notifications?orderId=${orderId}`);
    expect(body.notifications).toMatchObject([{ orderId, to: 'ada@example.com' }]);
  });

  test('of another type are taken and ignored', async () => {
    const other = { id: event.id, type: 'order-shipped', data: {} };
    expect(await ask(app, 'POST', '/events', other)).toMatchObject({
      status: 202,
      body: { result: 'ignored' },
    });
  });

  test('may have more fields than are read', async () => {
    const id = '0d1c2b3a-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
    const richer = { ...event, id, data: { ...event.data, coupon: 'X' }, source: 'orders' };
    expect((await ask(app, 'POST', '/events', richer)).body).toEqual({ result: 'notified' });
  });

  test.each([
    ['customerEmail', { customerEmail: 'nobody' }],
    ['totalCents', { totalCents: 1.5 }],
    ['lines', { lines: [] }],
  ])('with a wrong %s are refused', async (field, wrong) => {
    const { status, body } = await ask(app, 'POST', '/events', {
      ...event,
      data: { ...event.data, ...wrong },
    });
    expect(status).toBe(400);
    expect(body.error.problems).toMatchObject([{ field: `data.${field}` }]);
  });

  test('an order without notifications has an empty list', async () => {
    const { status, body } = await ask(
      app,
      'GET',
      '/notifications?orderId=7e6d5c4b-3a29-4180-9f8e-7d6c5b4a3f2e',
    );
    expect({ status, body }).toEqual({ status: 200, body: { notifications: [] } });
  });
});

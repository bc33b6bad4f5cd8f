import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { expect, test } from 'vitest';
import { createApp } from '../../../services/notifications/src/app.ts';
import { createLog } from '../../../services/notifications/src/chassis/log.ts';
import { Outgoing } from '../../../services/notifications/src/outgoing.ts';
import { logging } from '../../support/http-options.ts';
import { listen } from '../../support/listen.ts';

function orderPlaced(orderId: string) {
  return {
    id: randomUUID(),
    type: 'order-placed',
    time: '2026-11-22T10:00:00.000Z',
    data: {
      orderId,
      customerEmail: 'ada@example.com',
      totalCents: 990,
      lines: [{ sku: 'TEA-1', quantity: 2 }],
    },
  };
}

async function start() {
  const options = logging(createLog);
  return { options, api: supertest(await listen(createApp({ outgoing: new Outgoing(), ...options }))) };
}

test('an event delivered five times at once notifies once', async () => {
  const { api } = await start();
  const orderId = randomUUID();
  const event = orderPlaced(orderId);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => api.post('/events').send(event).expect(202)),
  );
  expect(answers.map(({ body }) => body.result).sort()).toEqual([
    'known',
    'known',
    'known',
    'known',
    'notified',
  ]);
  const { body } = await api.get(`/notifications?orderId=${orderId}`).expect(200);
  expect(body.notifications).toHaveLength(1);
});

test('two events of one order notify twice, oldest first', async () => {
  const { api } = await start();
  const orderId = randomUUID();
  const events = [orderPlaced(orderId), orderPlaced(orderId)];
  for (const event of events) await api.post('/events').send(event).expect(202);
  const { body } = await api.get(`/notifications?orderId=${orderId}`).expect(200);
  expect(body.notifications.map(({ id }: { id: string }) => id)).toEqual(events.map(({ id }) => id));
});

test('the request id of a delivery is in the log beside the order, the address is not', async () => {
  const { api, options } = await start();
  const orderId = randomUUID();
  await api
    .post('/events')
    .set('x-request-id', 'req-42')
    .send(orderPlaced(orderId))
    .expect('x-request-id', 'req-42');
  expect(options.lines).toContainEqual(
    expect.objectContaining({ message: 'notified', requestId: 'req-42', orderId }),
  );
  expect(JSON.stringify(options.lines)).not.toContain('ada@example.com');
});

test.each([
  ['text', 'hello', 'text/plain', 400],
  ['half a document', '{"id":', 'application/json', 400],
  ['too much', `{"id":"${'x'.repeat(70_000)}"}`, 'application/json', 413],
])('%s instead of an event is refused', async (_, body, type, status) => {
  const { api } = await start();
  await api.post('/events').set('content-type', type).send(body).expect(status);
});

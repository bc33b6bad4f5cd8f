import { randomUUID } from 'node:crypto';
import { deploySubject, type Subject } from 'stagegate/testing';
import { beforeAll, expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { deployedServiceTests } from '../../support/deployed.ts';

let notifications: Subject;
beforeAll(async () => {
  notifications = await deploySubject('notifications');
});

const deliver = (event: object) => http.post(`${notifications.url}/events`, event);
const sentFor = async (orderId: string) =>
  (await http.get(`${notifications.url}/notifications?orderId=${orderId}`)).data.notifications;

test('an event becomes one notification, however often it comes', async () => {
  const orderId = randomUUID();
  const event = {
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
  const answers = await Promise.all([deliver(event), deliver(event), deliver(event)]);
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  const sent = await sentFor(orderId);
  expect(sent).toMatchObject([{ id: event.id, orderId, to: 'ada@example.com' }]);
  expect(sent[0].text).toContain('€9.90');
});

test('an event of another kind notifies nobody', async () => {
  const answer = await deliver({ id: randomUUID(), type: 'order-shipped', data: {} });
  expect(answer).toMatchObject({ status: 202, data: { result: 'ignored' } });
});

test('an order without notifications has none', async () => {
  expect(await sentFor(randomUUID())).toEqual([]);
  expect((await http.get(`${notifications.url}/notifications`)).status).toBe(400);
});

deployedServiceTests(() => notifications, '/events');

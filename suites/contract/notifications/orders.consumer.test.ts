import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { createApp } from '../../../services/notifications/src/app.ts';
import { Outgoing } from '../../../services/notifications/src/outgoing.ts';
import { ask } from '../../support/ask.ts';
import { quiet } from '../../support/http-options.ts';
import { pactBetween } from '../../support/pact.ts';

const { datetime, eachLike, integer, regex, string, uuid } = MatchersV3;
const orderId = '8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f';

test('the event of a placed order becomes a notification for the customer', () =>
  pactBetween('notifications', 'orders')
    .addAsynchronousInteraction()
    .given('an order was placed')
    .expectsToReceive('order-placed', (message) =>
      message.withJSONContent({
        id: uuid('c2a9b7d4-6f0e-4e3a-8b1d-5c7f9e2a4b60'),
        type: 'order-placed',
        time: datetime("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", '2026-11-22T10:00:00.000Z'),
        data: {
          orderId: uuid(orderId),
          customerEmail: regex('[^@\\s]+@[^@\\s]+', 'ada@example.com'),
          totalCents: integer(990),
          lines: eachLike({ sku: string('TEA-1'), quantity: integer(2) }),
        },
      }),
    )
    .executeTest(async ({ contents }) => {
      const app = createApp({ outgoing: new Outgoing(), ...quiet() });
      const delivered = await ask(app, 'POST', '/events', contents.content);
      expect(delivered).toMatchObject({ status: 202, body: { result: 'notified' } });
      const { body } = await ask(app, 'GET', `/notifications?orderId=${orderId}`);
      expect(body.notifications).toMatchObject([{ orderId, to: 'ada@example.com' }]);
      expect(body.notifications[0].text).toContain('€9.90');
    }));

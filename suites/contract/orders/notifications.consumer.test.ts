import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { deliverTo } from '../../../services/orders/src/neighbours.ts';
import type { OrderPlaced } from '../../../services/orders/src/order.ts';
import { pactBetween } from '../../support/pact.ts';

const { datetime, eachLike, integer, regex, string, uuid } = MatchersV3;
const event: OrderPlaced = {
  id: 'c2a9b7d4-6f0e-4e3a-8b1d-5c7f9e2a4b60',
  type: 'order-placed',
  time: '2026-11-22T10:00:00.000Z',
  data: {
    orderId: '8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f',
    customerEmail: 'ada@example.com',
    totalCents: 990,
    lines: [{ sku: 'TEA-1', quantity: 2 }],
  },
};

/** How the event travels; what it must hold is in the message pact that notifications wrote. */
test('an event is taken with 202', () =>
  pactBetween('orders', 'notifications')
    .addInteraction()
    .uponReceiving('the event of a placed order')
    .withRequest('POST', '/events', (request) =>
      request.jsonBody({
        id: uuid(event.id),
        type: 'order-placed',
        time: datetime("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", event.time),
        data: {
          orderId: uuid(event.data.orderId),
          customerEmail: regex('[^@\\s]+@[^@\\s]+', event.data.customerEmail),
          totalCents: integer(event.data.totalCents),
          lines: eachLike({ sku: string('TEA-1'), quantity: integer(2) }),
        },
      }),
    )
    .willRespondWith(202)
    .executeTest(async ({ url }) => {
      await expect(deliverTo(url)(event)).resolves.toBeUndefined();
    }));

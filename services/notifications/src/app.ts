import type { Hono } from 'hono';
import * as z from 'zod';
import { check, type HttpOptions, httpApp, readBody } from './chassis/http.ts';
import { AnyEvent, compose, OrderPlaced } from './order-placed.ts';
import type { Outgoing } from './outgoing.ts';

/** The notifications API: events in, what was sent out. */
export function createApp({ outgoing, ...http }: HttpOptions & { readonly outgoing: Outgoing }): Hono {
  const app = httpApp(http);

  app.post('/events', async (c) => {
    const event = await readBody(c, z.looseObject(AnyEvent.shape));
    if (event.type !== 'order-placed') return c.json({ result: 'ignored' }, 202);
    const notification = compose(check(OrderPlaced, event));
    const isNew = outgoing.send(notification);
    if (isNew) http.log.info('notified', { orderId: notification.orderId, subject: notification.subject });
    return c.json({ result: isNew ? 'notified' : 'known' }, 202);
  });

  app.get('/notifications', (c) => {
    const { orderId } = check(z.object({ orderId: z.uuid() }), c.req.query());
    return c.json({ notifications: outgoing.of(orderId) });
  });

  return app;
}

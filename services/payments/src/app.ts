import type { Hono } from 'hono';
import * as z from 'zod';
import { type CardProcessor, ChargeRequest, RefundRequest } from './charges.ts';
import { ApiError, check, type HttpOptions, httpApp, readBody } from './chassis/http.ts';

/** The payments API. It keeps nothing: the processor has the books, and orders are the key to them. */
export function createApp({ processor, ...http }: HttpOptions & { readonly processor: CardProcessor }): Hono {
  const app = httpApp(http);

  app.post('/charges', async (c) => {
    const request = await readBody(c, ChargeRequest);
    const outcome = await processor.charge(request);
    if (outcome.kind === 'charged') return c.json(outcome.charge, 201);
    if (outcome.kind === 'refused') {
      throw new ApiError(402, 'card_refused', 'The card was refused.', { refusal: outcome.refusal });
    }
    throw new ApiError(409, 'charge_conflict', `Order ${request.orderId} was charged differently before.`);
  });

  app.get('/charges', async (c) => {
    const { orderId } = check(z.object({ orderId: z.uuid() }), c.req.query());
    return c.json({ charges: await processor.chargesOf(orderId) });
  });

  app.post('/refunds', async (c) => {
    const { orderId } = await readBody(c, RefundRequest);
    const [charge] = await processor.chargesOf(orderId);
    if (!charge) throw new ApiError(404, 'charge_not_found', `Order ${orderId} was never charged.`);
    return c.json(await processor.refund(charge), 201);
  });

  return app;
}

import type { Hono } from 'hono';
import * as z from 'zod';
import { ApiError, check, type HttpOptions, httpApp, readBody } from './chassis/http.ts';
import { IdempotencyKey, type Order, OrderRequest, type Rejection } from './order.ts';
import { placeOrder, type Shop } from './place-order.ts';

export interface AppOptions extends HttpOptions, Shop {
  /** An order was confirmed, so an event waits in the outbox. */
  readonly onPlaced: () => void;
}

/** The orders API. */
export function createApp({ orders, inventory, payments, onPlaced, ...http }: AppOptions): Hono {
  const app = httpApp(http);

  app.post('/orders', async (c) => {
    const key = check(IdempotencyKey, c.req.header('idempotency-key'), 'idempotency-key');
    const request = await readBody(c, OrderRequest);
    const order = await placeOrder({ orders, inventory, payments }, key, request);
    if (order.rejection) throw refusal(order, order.rejection);
    onPlaced();
    return c.json(order, 201, { location: `/orders/${order.id}` });
  });

  app.get('/orders/:id', async (c) => {
    const id = c.req.param('id');
    const order = z.uuid().safeParse(id).success ? await orders.find(id) : undefined;
    if (!order) throw new ApiError(404, 'order_not_found', `There is no order ${id}.`);
    return c.json(order);
  });

  return app;
}

function refusal({ id }: Order, { code, ...details }: Rejection): ApiError {
  const about = { orderId: id, ...details };
  switch (code) {
    case 'out_of_stock':
      return new ApiError(409, code, 'Not enough stock.', about);
    case 'card_refused':
      return new ApiError(402, code, 'The card was refused.', about);
    case 'not_possible_now':
      return new ApiError(503, code, 'The order could not be placed; nothing was charged.', about);
  }
}

import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import * as z from 'zod';
import { Cart, IdempotencyKey, priceCart, Sku } from './cart.ts';
import { ApiError, check, type HttpOptions, httpApp, readBody } from './chassis/http.ts';
import type { Catalog, Orders } from './neighbours.ts';

export interface AppOptions extends HttpOptions {
  readonly catalog: Catalog;
  readonly orders: Orders;
}

/** The public API of the shop. */
export function createApp({ catalog, orders, ...http }: AppOptions): Hono {
  const app = httpApp(http);

  app.get('/products', async (c) =>
    c.json(await catalog.page(check(Sku.optional(), c.req.query('after'), 'after'))),
  );

  app.get('/products/:sku', async (c) => {
    const sku = c.req.param('sku');
    const product = Sku.safeParse(sku).success ? await catalog.find(sku) : undefined;
    if (!product) throw new ApiError(404, 'product_not_found', `There is no product ${sku}.`);
    return c.json(product);
  });

  app.post('/orders', async (c) => {
    const idempotencyKey = check(
      IdempotencyKey,
      c.req.header('idempotency-key') ?? randomUUID(),
      'idempotency-key',
    );
    const { email, cardToken, lines } = await readBody(c, Cart);
    const skus = [...new Set(lines.map((line) => line.sku))];
    const cart = priceCart(lines, await catalog.named(skus));
    if (cart.kind === 'unknown-products') {
      throw new ApiError(422, 'unknown_products', 'Some of this is not sold here.', { skus: cart.skus });
    }
    const order = await orders.place({
      idempotencyKey,
      customerEmail: email,
      cardToken,
      lines: cart.lines,
    });
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

import type { Hono } from 'hono';
import * as z from 'zod';
import { ApiError, check, type HttpOptions, httpApp, readBody } from './chassis/http.ts';
import { ReservationRequest, Sku, type StockLevel } from './reservations.ts';
import type { Stock } from './stock.ts';

const Count = z.object({ onHand: z.int().min(0).max(1_000_000) });

/** The inventory's HTTP API. */
export function createApp({ stock, ...http }: HttpOptions & { readonly stock: Stock }): Hono {
  const app = httpApp(http);

  app.get('/stock/:sku', async (c) => {
    const sku = c.req.param('sku');
    const level = Sku.safeParse(sku).success ? await stock.find(sku) : undefined;
    if (!level) throw new ApiError(404, 'sku_not_found', `No stock of ${sku} was ever counted.`);
    return c.json(withAvailable(level));
  });

  app.put('/stock/:sku', async (c) => {
    const sku = check(Sku, c.req.param('sku'), 'sku');
    const { onHand } = await readBody(c, Count);
    const level = await stock.count(sku, onHand);
    if (!level) throw new ApiError(409, 'stock_reserved', `More than ${onHand} of ${sku} are reserved.`);
    return c.json(withAvailable(level));
  });

  app.post('/reservations', async (c) => {
    const outcome = await stock.reserve(await readBody(c, ReservationRequest));
    if (outcome.kind === 'reserved') return c.json(outcome.reservation, 201);
    if (outcome.kind === 'conflict') {
      const { id, status } = outcome.reservation;
      throw new ApiError(409, 'reservation_conflict', `Reservation ${id} is ${status}, or has other lines.`);
    }
    throw new ApiError(409, 'out_of_stock', 'Not enough stock; nothing was reserved.', {
      shortages: outcome.shortages,
    });
  });

  app.post('/reservations/:id/confirm', async (c) => {
    const id = check(z.uuid(), c.req.param('id'), 'id');
    const outcome = await stock.confirm(id);
    if (outcome.kind === 'confirmed') return c.json(outcome.reservation);
    if (outcome.kind === 'unknown') throw new ApiError(404, 'reservation_not_found', `No reservation ${id}.`);
    throw new ApiError(409, 'reservation_released', `Reservation ${id} was released.`);
  });

  app.post('/reservations/:id/release', async (c) => {
    return c.json(await stock.release(check(z.uuid(), c.req.param('id'), 'id')));
  });

  return app;
}

function withAvailable({ sku, onHand, reserved }: StockLevel) {
  return { sku, onHand, reserved, available: onHand - reserved };
}

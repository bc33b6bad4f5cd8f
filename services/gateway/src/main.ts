import * as z from 'zod';
import { createApp } from './app.ts';
import { runService, serve } from './chassis/server.ts';
import { httpSettings, readSettings } from './chassis/settings.ts';
import { HttpCatalog, HttpOrders } from './neighbours.ts';

await runService('gateway', async (log, stopping) => {
  const Settings = z.object({ ...httpSettings, CATALOG_URL: z.url(), ORDERS_URL: z.url() });
  const settings = readSettings(Settings, process.env);
  const catalog = new HttpCatalog(settings.CATALOG_URL);
  const orders = new HttpOrders(settings.ORDERS_URL);
  await serve({ app: createApp({ catalog, orders, log, stopping }), settings, log, stopping });
});

import * as z from 'zod';
import { createApp } from './app.ts';
import { connect, migrate } from './chassis/database.ts';
import { runService, serve } from './chassis/server.ts';
import { httpSettings, readSettings } from './chassis/settings.ts';
import { migrations } from './migrations.ts';
import { deliverTo, HttpInventory, HttpPayments } from './neighbours.ts';
import { cancelAbandoned } from './place-order.ts';
import { PostgresOrders } from './postgres-orders.ts';
import { PostgresOutbox } from './postgres-outbox.ts';
import { startRelay } from './relay.ts';

const Settings = z.object({
  ...httpSettings,
  DATABASE_URL: z.url(),
  INVENTORY_URL: z.url(),
  PAYMENTS_URL: z.url(),
  NOTIFICATIONS_URL: z.url(),
  OUTBOX_POLL_MS: z.coerce.number().int().min(10).default(1000),
  /** Longer than any attempt to place an order can take. */
  ABANDONED_AFTER_MS: z.coerce.number().int().min(1000).default(60_000),
});

await runService('orders', async (log, stopping) => {
  const settings = readSettings(Settings, process.env);
  const sql = connect(settings.DATABASE_URL);
  await migrate(sql, migrations);
  const shop = {
    orders: new PostgresOrders(sql),
    inventory: new HttpInventory(settings.INVENTORY_URL),
    payments: new HttpPayments(settings.PAYMENTS_URL),
  };
  const relay = startRelay({
    outbox: new PostgresOutbox(sql),
    deliver: deliverTo(settings.NOTIFICATIONS_URL),
    log,
    pollMs: settings.OUTBOX_POLL_MS,
  });
  const janitor = setInterval(async () => {
    try {
      const cancelled = await cancelAbandoned(shop, settings.ABANDONED_AFTER_MS);
      if (cancelled > 0) log.info('cancelled abandoned orders', { cancelled });
    } catch (error) {
      log.error('abandoned orders not cancelled, will try again', { error: String(error) });
    }
  }, settings.ABANDONED_AFTER_MS / 4);

  const app = createApp({ ...shop, onPlaced: relay.wake, log, stopping, ready: () => sql`select 1` });
  await serve({ app, settings, log, stopping });
  clearInterval(janitor);
  await relay.stop();
  await sql.end({ timeout: 1 });
});

import * as z from 'zod';
import { createApp } from './app.ts';
import { connect, migrate } from './chassis/database.ts';
import { runService, serve } from './chassis/server.ts';
import { httpSettings, readSettings } from './chassis/settings.ts';
import { migrations } from './migrations.ts';
import { PostgresProducts } from './postgres-products.ts';

await runService('catalog', async (log, stopping) => {
  const settings = readSettings(z.object({ ...httpSettings, DATABASE_URL: z.url() }), process.env);
  const sql = connect(settings.DATABASE_URL);
  await migrate(sql, migrations);
  const products = new PostgresProducts(sql);
  const app = createApp({ products, log, stopping, ready: () => sql`select 1` });
  await serve({ app, settings, log, stopping });
  await sql.end({ timeout: 1 });
});

import * as z from 'zod';
import { createApp } from './app.ts';
import { connect, migrate } from './chassis/database.ts';
import { runService, serve } from './chassis/server.ts';
import { httpSettings, readSettings } from './chassis/settings.ts';
import { migrations } from './migrations.ts';
import { PostgresStock } from './postgres-stock.ts';

await runService('inventory', async (log, stopping) => {
  const settings = readSettings(z.object({ ...httpSettings, DATABASE_URL: z.url() }), process.env);
  const sql = connect(settings.DATABASE_URL);
  await migrate(sql, migrations);
  const stock = new PostgresStock(sql);
  const app = createApp({ stock, log, stopping, ready: () => sql`select 1` });
  await serve({ app, settings, log, stopping });
  await sql.end({ timeout: 1 });
});

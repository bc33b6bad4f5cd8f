import * as z from 'zod';
import { createApp } from './app.ts';
import { runService, serve } from './chassis/server.ts';
import { httpSettings, readSettings } from './chassis/settings.ts';
import { HttpCardProcessor } from './http-card-processor.ts';

await runService('payments', async (log, stopping) => {
  const settings = readSettings(z.object({ ...httpSettings, CARD_PROCESSOR_URL: z.url() }), process.env);
  const processor = new HttpCardProcessor(settings.CARD_PROCESSOR_URL);
  await serve({ app: createApp({ processor, log, stopping }), settings, log, stopping });
});

import * as z from 'zod';
import { createApp } from './app.ts';
import { runService, serve } from './chassis/server.ts';
import { httpSettings, readSettings } from './chassis/settings.ts';
import { Outgoing } from './outgoing.ts';

await runService('notifications', async (log, stopping) => {
  const settings = readSettings(z.object(httpSettings), process.env);
  await serve({ app: createApp({ outgoing: new Outgoing(), log, stopping }), settings, log, stopping });
});

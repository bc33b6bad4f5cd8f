import { startService, verifyProvider } from 'stagegate/testing';
import { test } from 'vitest';

test('notifications take events as they are delivered', async () => {
  const { url } = await startService('notifications');
  await verifyProvider({ provider: 'notifications', url, stateHandlers: {} });
});

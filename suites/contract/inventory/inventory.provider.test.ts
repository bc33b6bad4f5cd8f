import postgres from 'postgres';
import { startService, verifyProvider } from 'stagegate/testing';
import { test } from 'vitest';
import { post, put } from '../../support/call.ts';

test('the inventory honours what its consumers expect', async () => {
  const { url, databaseUrl = '' } = await startService('inventory');
  const sql = postgres(databaseUrl);
  const clear = () => sql`truncate stock, reservations, reservation_lines`;

  const onHand = async ({ sku, onHand }: Readonly<Record<string, unknown>>) => {
    await clear();
    await put(`${url}/stock/${sku}`, { onHand });
  };
  const held = async ({ id }: Readonly<Record<string, unknown>>) => {
    await onHand({ sku: 'TEA-1', onHand: 10 });
    await post(`${url}/reservations`, { id, lines: [{ sku: 'TEA-1', quantity: 2 }] });
  };

  await verifyProvider({
    provider: 'inventory',
    url,
    stateHandlers: {
      'the goods are in stock': onHand,
      'the goods are out of stock': onHand,
      'a reservation is held': held,
      'a reservation is released': async (reservation) => {
        await held(reservation);
        await post(`${url}/reservations/${reservation.id}/release`);
      },
      'there is no reservation': clear,
    },
  });
});

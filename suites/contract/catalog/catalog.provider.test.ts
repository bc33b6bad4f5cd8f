import postgres from 'postgres';
import { startService, verifyProvider } from 'stagegate/testing';
import { test } from 'vitest';
import { post } from '../../support/call.ts';

test('the catalog honours what its consumers expect', async () => {
  const { url, databaseUrl = '' } = await startService('catalog');
  const sql = postgres(databaseUrl);
  await verifyProvider({
    provider: 'catalog',
    url,
    stateHandlers: {
      'the catalog has exactly these products': async ({ products }) => {
        await sql`truncate products`;
        for (const product of products as object[]) await post(`${url}/products`, product);
      },
    },
  });
});

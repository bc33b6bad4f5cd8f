import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { offer } from '../../support/shopping.ts';

test('a catalog task that is killed is replaced, and the products are still there', async () => {
  const { killTask, tasks, url, waitFor } = system();
  const sku = await offer(1);
  const killed = await killTask('catalog');
  const replaced = async () => {
    const running = await tasks('catalog');
    return running.length === 1 && !running.includes(killed);
  };
  await waitFor(replaced, { timeoutMs: 30_000, what: 'new catalog task' });

  const found = () => http.get(`${url('gateway')}/products/${sku}`);
  await waitFor(async () => (await found()).status === 200, { timeoutMs: 15_000, what: 'answer from it' });
  expect((await found()).data).toMatchObject({ sku, priceCents: 495 });
});

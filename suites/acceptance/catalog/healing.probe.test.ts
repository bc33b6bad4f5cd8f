import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { offer } from '../../support/shopping.ts';

test('a catalog task that is killed is replaced, and the products are still there', async () => {
  const sku = await offer(1);
  const killed = await system().killTask('catalog');
  const found = async () => (await http.get(`${system().url('gateway')}/products/${sku}`)).status === 200;
  await system().waitFor(async () => !(await system().tasks('catalog')).includes(killed) && (await found()), {
    timeoutMs: 30_000,
    what: 'a new catalog task that serves',
  });
  expect(await system().tasks('catalog')).toHaveLength(1);
});

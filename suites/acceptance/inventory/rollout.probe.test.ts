import { system } from 'stagegate/testing';
import { afterAll, expect, test } from 'vitest';
import { buy, offer, stockOf } from '../../support/shopping.ts';
import { startTraffic } from '../../support/traffic.ts';

afterAll(() => system().scale('inventory', 1));

test('shoppers notice nothing while the inventory is scaled up and new versions are rolled out', async () => {
  const stock = 100_000;
  const sku = await offer(stock);
  const traffic = startTraffic(() => buy([{ sku, quantity: 1 }]), 2);
  await traffic.answered(5);

  await system().scale('inventory', 2);
  await traffic.answered(5);
  await Promise.all(['inventory', 'orders', 'gateway'].map((service) => system().roll(service)));
  await traffic.answered(5);

  const outcomes = await traffic.stop();
  expect(outcomes.filter((outcome) => outcome !== 201)).toEqual([]);
  expect(await stockOf(sku)).toEqual({ onHand: stock - outcomes.length, reserved: 0 });
});

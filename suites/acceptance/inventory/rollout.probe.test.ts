import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
import { buy, offer, stockOf } from '../../support/shopping.ts';
import { startTraffic } from '../../support/traffic.ts';

test('shoppers notice nothing while the inventory is scaled to two and a new version is rolled out', async () => {
  const stock = 100_000;
  const sku = await offer(stock);
  const before = await stockOf(sku);
  const traffic = startTraffic(() => buy([{ sku, quantity: 1 }]), 2);
  await traffic.answered(5);

  await system().scale('inventory', 2);
  await traffic.answered(5);
  await system().roll('inventory');
  await traffic.answered(5);

  const outcomes = await traffic.stop();
  expect(outcomes.filter((outcome) => outcome !== 201)).toEqual([]);
  expect(await stockOf(sku)).toEqual({ onHand: before.onHand - outcomes.length, reserved: 0 });
  await system().scale('inventory', 1);
});

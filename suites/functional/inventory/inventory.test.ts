import { randomUUID } from 'node:crypto';
import { deploySubject, type Subject } from 'stagegate/testing';
import { beforeAll, expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { deployedServiceTests } from '../../support/deployed.ts';

let inventory: Subject;
beforeAll(async () => {
  inventory = await deploySubject('inventory');
});

const count = (sku: string, onHand: number) => http.put(`${inventory.url}/stock/${sku}`, { onHand });
const level = async (sku: string) => (await http.get(`${inventory.url}/stock/${sku}`)).data;
const reserve = (sku: string, quantity: number, id: string = randomUUID()) =>
  http.post(`${inventory.url}/reservations`, { id, lines: [{ sku, quantity }] });

test('a reservation is held, confirmed, and taken back', async () => {
  await count('TEA-1', 5);
  const id = randomUUID();
  const held = { id, status: 'held', lines: [{ sku: 'TEA-1', quantity: 2 }] };
  expect(await reserve('TEA-1', 2, id)).toMatchObject({ status: 201, data: held });
  expect(await level('TEA-1')).toEqual({ sku: 'TEA-1', onHand: 5, reserved: 2, available: 3 });

  const confirmed = await http.post(`${inventory.url}/reservations/${id}/confirm`);
  expect(confirmed).toMatchObject({ status: 200, data: { status: 'confirmed' } });
  expect(await level('TEA-1')).toEqual({ sku: 'TEA-1', onHand: 3, reserved: 0, available: 3 });

  const released = await http.post(`${inventory.url}/reservations/${id}/release`);
  expect(released).toMatchObject({ status: 200, data: { status: 'released' } });
  expect(await level('TEA-1')).toEqual({ sku: 'TEA-1', onHand: 5, reserved: 0, available: 5 });
});

test('twenty requests for the last ten reserve ten', async () => {
  await count('CUP-1', 10);
  const answers = await Promise.all(Array.from({ length: 20 }, () => reserve('CUP-1', 1)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  expect(answers.filter(({ data }) => data.error?.code === 'out_of_stock')).toHaveLength(10);
  expect(await level('CUP-1')).toMatchObject({ reserved: 10, available: 0 });
});

test('what was never counted is not found, and cannot be reserved', async () => {
  expect((await http.get(`${inventory.url}/stock/NONE-1`)).status).toBe(404);
  const shortages = [{ sku: 'NONE-1', wanted: 1, available: 0 }];
  expect(await reserve('NONE-1', 1)).toMatchObject({ status: 409, data: { error: { shortages } } });
});

deployedServiceTests(() => inventory, '/reservations');

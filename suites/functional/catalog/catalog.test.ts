import { deploySubject, type Subject } from 'stagegate/testing';
import { beforeAll, expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { deployedServiceTests } from '../../support/deployed.ts';

const tea = { sku: 'TEA-1', name: 'Earl Grey', priceCents: 495, taxPercent: 7, description: '' };

let catalog: Subject;
beforeAll(async () => {
  catalog = await deploySubject('catalog');
});

test('a product is added, found, listed and changed', async () => {
  expect(await http.post(`${catalog.url}/products`, tea)).toMatchObject({ status: 201, data: tea });
  expect(await http.get(`${catalog.url}/products/TEA-1`)).toMatchObject({ status: 200, data: tea });
  const changed = await http.patch(`${catalog.url}/products/TEA-1`, { priceCents: 525 });
  expect(changed).toMatchObject({ status: 200, data: { ...tea, priceCents: 525 } });
  const { data } = await http.get(`${catalog.url}/products`);
  expect(data).toEqual({ products: [{ ...tea, priceCents: 525 }], next: null });
});

test('a SKU is taken once', async () => {
  await http.post(`${catalog.url}/products`, { ...tea, sku: 'CUP-1' });
  const again = await http.post(`${catalog.url}/products`, { ...tea, sku: 'CUP-1' });
  expect(again).toMatchObject({ status: 409, data: { error: { code: 'sku_taken' } } });
});

test('what is not there is not found', async () => {
  const missing = await http.get(`${catalog.url}/products/NONE-1`);
  expect(missing).toMatchObject({ status: 404, data: { error: { code: 'product_not_found' } } });
});

deployedServiceTests(() => catalog, '/products');

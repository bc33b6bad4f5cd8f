import { beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/catalog/src/app.ts';
import { ask } from '../../support/ask.ts';
import { quiet } from '../../support/http-options.ts';
import { InMemoryProducts } from './in-memory-products.ts';

const tea = { sku: 'TEA-1', name: 'Earl Grey', priceCents: 495, taxPercent: 7, description: 'With bergamot' };

let app: ReturnType<typeof createApp>;
beforeEach(() => {
  app = createApp({ products: new InMemoryProducts(), ...quiet() });
});

test('a product that was added is found under its SKU, with every field', async () => {
  const added = await ask(app, 'POST', '/products', tea);
  expect(added).toMatchObject({ status: 201, body: tea });
  expect(added.headers.get('location')).toBe('/products/TEA-1');
  expect(await ask(app, 'GET', '/products/TEA-1')).toMatchObject({ status: 200, body: tea });
});

test('a SKU is taken once; the first product stays', async () => {
  await ask(app, 'POST', '/products', tea);
  const second = await ask(app, 'POST', '/products', { ...tea, name: 'Imposter' });
  expect(second).toMatchObject({ status: 409, body: { error: { code: 'sku_taken' } } });
  expect((await ask(app, 'GET', '/products/TEA-1')).body.name).toBe('Earl Grey');
});

test('a change touches only what it names', async () => {
  await ask(app, 'POST', '/products', tea);
  const changed = await ask(app, 'PATCH', '/products/TEA-1', { priceCents: 525 });
  expect(changed).toMatchObject({ status: 200, body: { ...tea, priceCents: 525 } });
});

test.each(['/products/NONE-1', '/products/not-a-sku', '/products/%00'])('%s is not found', async (path) => {
  const missing = { status: 404, body: { error: { code: 'product_not_found' } } };
  expect(await ask(app, 'GET', path)).toMatchObject(missing);
  expect(await ask(app, 'PATCH', path, { priceCents: 1 })).toMatchObject(missing);
});

describe('the list', () => {
  beforeEach(async () => {
    for (const sku of ['C', 'A', 'B']) await ask(app, 'POST', '/products', { ...tea, sku });
  });

  test('goes by SKU and says where the next page starts', async () => {
    const { body } = await ask(app, 'GET', '/products?limit=2');
    expect(body.products.map((product: { sku: string }) => product.sku)).toEqual(['A', 'B']);
    expect(body.next).toBe('B');
  });

  test('ends with a page that names no next one', async () => {
    const { body } = await ask(app, 'GET', '/products?limit=2&after=B');
    expect(body).toEqual({ products: [{ ...tea, sku: 'C' }], next: null });
  });

  test('can be asked for named products; unknown ones are left out', async () => {
    const { body } = await ask(app, 'GET', '/products?sku=C&sku=NONE&sku=A');
    expect(body.products.map((product: { sku: string }) => product.sku)).toEqual(['A', 'C']);
  });

  test.each(['limit=0', 'limit=101', 'limit=ten', 'after=lower', 'sku='])('refuses ?%s', async (query) => {
    expect((await ask(app, 'GET', `/products?${query}`)).status).toBe(400);
  });
});

test.each([
  ['a price of nothing', { priceCents: 0 }, 'priceCents'],
  ['a price in fractions of a cent', { priceCents: 4.95 }, 'priceCents'],
  ['a price as text', { priceCents: '495' }, 'priceCents'],
  ['a SKU in small letters', { sku: 'tea' }, 'sku'],
  ['a blank name', { name: '   ' }, 'name'],
  ['a name with a control character', { name: 'T\u0000' }, 'name'],
  ['a tax of a hundred percent', { taxPercent: 100 }, 'taxPercent'],
])('%s is refused, and the answer names the field', async (_, wrong, field) => {
  const { status, body } = await ask(app, 'POST', '/products', { ...tea, ...wrong });
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'invalid_request', problems: [{ field }] });
});

test('a change that changes nothing is refused', async () => {
  expect((await ask(app, 'PATCH', '/products/TEA-1', {})).status).toBe(400);
});

import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { HttpCatalog } from '../../../services/gateway/src/neighbours.ts';
import { errorBody, pactBetween } from '../../support/pact.ts';

const { integer, like, string } = MatchersV3;
const pact = pactBetween('gateway', 'catalog');
const tea = { sku: 'TEA-1', name: 'Earl Grey', priceCents: 495, taxPercent: 7, description: 'With bergamot' };
const cup = { sku: 'CUP-1', name: 'Cup', priceCents: 1200, taxPercent: 19, description: '' };

/** Which product it is matters; of its other fields only the type does. */
const productLike = ({ sku, name, priceCents, taxPercent, description }: typeof tea) => ({
  sku,
  name: string(name),
  priceCents: integer(priceCents),
  taxPercent: integer(taxPercent),
  description: string(description),
});

test('the catalog lists its products', () =>
  pact
    .addInteraction()
    .given('the catalog has exactly these products', { products: [cup, tea] })
    .uponReceiving('a request for the first page of products')
    .withRequest('GET', '/products')
    .willRespondWith(200, (response) =>
      response.jsonBody({ products: [productLike(cup), productLike(tea)], next: null }),
    )
    .executeTest(async ({ url }) => {
      expect(await new HttpCatalog(url).page(undefined)).toEqual({ products: [cup, tea], next: null });
    }));

test('the list goes on after a product', () =>
  pact
    .addInteraction()
    .given('the catalog has exactly these products', { products: [cup, tea] })
    .uponReceiving('a request for the page after CUP-1')
    .withRequest('GET', '/products', (request) => request.query({ after: 'CUP-1' }))
    .willRespondWith(200, (response) => response.jsonBody({ products: [productLike(tea)], next: null }))
    .executeTest(async ({ url }) => {
      expect((await new HttpCatalog(url).page('CUP-1')).products).toEqual([tea]);
    }));

test('a cart’s products are asked for together', () =>
  pact
    .addInteraction()
    .given('the catalog has exactly these products', { products: [cup, tea] })
    .uponReceiving('a request for two named products')
    .withRequest('GET', '/products', (request) => request.query({ sku: [like('TEA-1'), like('CUP-1')] }))
    .willRespondWith(200, (response) =>
      response.jsonBody({ products: [productLike(cup), productLike(tea)], next: null }),
    )
    .executeTest(async ({ url }) => {
      expect(await new HttpCatalog(url).named(['TEA-1', 'CUP-1'])).toEqual([cup, tea]);
    }));

test('unknown products are left out', () =>
  pact
    .addInteraction()
    .given('the catalog has exactly these products', { products: [] })
    .uponReceiving('a request for a named product that is not there')
    .withRequest('GET', '/products', (request) => request.query({ sku: 'NONE-1' }))
    .willRespondWith(200, (response) => response.jsonBody({ products: [], next: null }))
    .executeTest(async ({ url }) => {
      expect(await new HttpCatalog(url).named(['NONE-1'])).toEqual([]);
    }));

test('a product is found by its SKU', () =>
  pact
    .addInteraction()
    .given('the catalog has exactly these products', { products: [tea] })
    .uponReceiving('a request for TEA-1')
    .withRequest('GET', '/products/TEA-1')
    .willRespondWith(200, (response) => response.jsonBody(productLike(tea)))
    .executeTest(async ({ url }) => {
      expect(await new HttpCatalog(url).find('TEA-1')).toEqual(tea);
    }));

test('a product that is not there is not found', () =>
  pact
    .addInteraction()
    .given('the catalog has exactly these products', { products: [] })
    .uponReceiving('a request for NONE-1')
    .withRequest('GET', '/products/NONE-1')
    .willRespondWith(404, (response) => response.jsonBody(errorBody('product_not_found')))
    .executeTest(async ({ url }) => {
      expect(await new HttpCatalog(url).find('NONE-1')).toBeUndefined();
    }));

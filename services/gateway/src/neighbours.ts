import * as z from 'zod';
import type { PricedLine, Product } from './cart.ts';
import { ApiError } from './chassis/http.ts';
import { errorCode, Neighbour } from './chassis/neighbour.ts';

const CatalogProduct = z.object({
  sku: z.string(),
  name: z.string(),
  priceCents: z.int(),
  taxPercent: z.int(),
  description: z.string(),
});
export type CatalogProduct = z.output<typeof CatalogProduct>;

const ProductPage = z.object({ products: z.array(CatalogProduct), next: z.string().nullable() });
export type ProductPage = z.output<typeof ProductPage>;

const PlacedOrder = z.object({
  id: z.string(),
  status: z.enum(['pending', 'confirmed', 'cancelling', 'rejected']),
  totalCents: z.int(),
  taxCents: z.int(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int(), unitPriceCents: z.int() })),
});
export type PlacedOrder = z.output<typeof PlacedOrder>;

export interface Catalog {
  page(after: string | undefined): Promise<ProductPage>;
  find(sku: string): Promise<CatalogProduct | undefined>;
  /** The known ones among these. */
  named(skus: readonly string[]): Promise<readonly Product[]>;
}

export interface OrderWish {
  readonly idempotencyKey: string;
  readonly customerEmail: string;
  readonly cardToken: string;
  readonly lines: readonly PricedLine[];
}

export interface Orders {
  /** @throws ApiError with the answer meant for the shopper when the order was refused. */
  place(wish: OrderWish): Promise<PlacedOrder>;
  find(id: string): Promise<PlacedOrder | undefined>;
}

export class HttpCatalog implements Catalog {
  readonly #catalog: Neighbour;

  constructor(url: string) {
    this.#catalog = new Neighbour('catalog', url);
  }

  async page(after: string | undefined): Promise<ProductPage> {
    const query = after === undefined ? undefined : { after };
    const response = await this.#catalog.send({ method: 'GET', path: '/products', query });
    return this.#catalog.expect(response, 200, ProductPage);
  }

  async find(sku: string): Promise<CatalogProduct | undefined> {
    const path = `/products/${encodeURIComponent(sku)}`;
    const response = await this.#catalog.send({ method: 'GET', path });
    if (response.status === 404 && errorCode(response) === 'product_not_found') return undefined;
    return this.#catalog.expect(response, 200, CatalogProduct);
  }

  async named(skus: readonly string[]): Promise<readonly Product[]> {
    const response = await this.#catalog.send({ method: 'GET', path: '/products', query: { sku: skus } });
    return this.#catalog.expect(response, 200, ProductPage).products;
  }
}

export class HttpOrders implements Orders {
  readonly #orders: Neighbour;

  /** Orders calls two services and the card processor before it answers. */
  constructor(url: string) {
    this.#orders = new Neighbour('orders', url, 12_000);
  }

  async place({ idempotencyKey, ...body }: OrderWish): Promise<PlacedOrder> {
    const headers = { 'idempotency-key': idempotencyKey };
    const response = await this.#orders.send({ method: 'POST', path: '/orders', headers, body });
    switch (errorCode(response)) {
      case 'out_of_stock': {
        const { error } = this.#orders.expect(response, 409, OutOfStock);
        throw new ApiError(409, 'out_of_stock', 'Some of this is sold out.', { shortages: error.shortages });
      }
      case 'card_refused': {
        const { error } = this.#orders.expect(response, 402, CardRefused);
        throw new ApiError(402, 'card_refused', 'The card was refused.', { refusal: error.refusal });
      }
      case 'order_in_progress':
        throw new ApiError(409, 'order_in_progress', 'This order is being placed.');
      case 'idempotency_key_reused':
        throw new ApiError(422, 'idempotency_key_reused', 'This idempotency key was used for another cart.');
      default:
        return this.#orders.expect(response, 201, PlacedOrder);
    }
  }

  async find(id: string): Promise<PlacedOrder | undefined> {
    const response = await this.#orders.send({ method: 'GET', path: `/orders/${encodeURIComponent(id)}` });
    if (response.status === 404 && errorCode(response) === 'order_not_found') return undefined;
    return this.#orders.expect(response, 200, PlacedOrder);
  }
}

const OutOfStock = z.object({
  error: z.object({
    shortages: z.array(z.object({ sku: z.string(), wanted: z.int(), available: z.int() })),
  }),
});
const CardRefused = z.object({ error: z.object({ refusal: z.string() }) });

import * as z from 'zod';

export const Sku = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'use capitals, digits and dashes, at most 40');

/** A shopper's name for one wish to buy, so that asking again after a lost answer buys nothing twice. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\w.:-]{8,128}$/, 'use 8 to 128 letters, digits and . : _ -');

/** What a shopper sends to buy. */
export const Cart = z.object({
  email: z.email().max(200),
  cardToken: z.string().regex(/^tok_\w{1,60}$/, 'is not a card token'),
  lines: z
    .array(z.object({ sku: Sku, quantity: z.int().min(1).max(100) }))
    .min(1)
    .max(50),
});
export type Cart = z.output<typeof Cart>;
export type CartLine = Cart['lines'][number];

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
  readonly taxPercent: number;
}

export interface PricedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly taxPercent: number;
}

export type PricedCart =
  | { readonly kind: 'priced'; readonly lines: readonly PricedLine[] }
  | { readonly kind: 'unknown-products'; readonly skus: readonly string[] };

/** Prices come from the catalog, never from the shopper. A product twice in the cart becomes one line. */
export function priceCart(lines: readonly CartLine[], products: readonly Product[]): PricedCart {
  const bySku = new Map(products.map((product) => [product.sku, product]));
  const priced = new Map<string, PricedLine>();
  const unknown = new Set<string>();
  for (const { sku, quantity } of lines) {
    const product = bySku.get(sku);
    if (!product) {
      unknown.add(sku);
      continue;
    }
    const { priceCents: unitPriceCents, taxPercent } = product;
    const sum = quantity + (priced.get(sku)?.quantity ?? 0);
    priced.set(sku, { sku, quantity: sum, unitPriceCents, taxPercent });
  }
  if (unknown.size > 0) return { kind: 'unknown-products', skus: [...unknown] };
  return { kind: 'priced', lines: [...priced.values()] };
}

import * as z from 'zod';

export const Sku = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'use capitals, digits and dashes, at most 40');

const Text = z
  .string()
  .regex(/^[^\p{Cc}]*$/u, 'has control characters in it')
  .trim();

/** Prices are whole euro cents with tax in them. */
export const Product = z.object({
  sku: Sku,
  name: Text.min(1).max(200),
  priceCents: z.int().min(1).max(100_000_00),
  taxPercent: z.int().min(0).max(99),
  description: Text.max(2000).default(''),
});
export type Product = z.output<typeof Product>;

export const ProductChange = Product.omit({ sku: true, description: true })
  .extend({ description: Text.max(2000) })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'name at least one field to change');
export type ProductChange = z.output<typeof ProductChange>;

/** Which page of the list: by SKU, after the last one seen; or exactly the named ones. */
export const ProductQuery = z.object({
  sku: z.array(Sku).max(100),
  after: Sku.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ProductQuery = z.output<typeof ProductQuery>;

export interface Products {
  list(query: ProductQuery): Promise<readonly Product[]>;
  find(sku: string): Promise<Product | undefined>;
  /** False when the SKU is taken. */
  add(product: Product): Promise<boolean>;
  change(sku: string, change: ProductChange): Promise<Product | undefined>;
}

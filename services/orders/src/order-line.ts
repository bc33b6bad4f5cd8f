import * as z from 'zod';

export const OrderLine = z.object({
  sku: z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'use capitals, digits and dashes, at most 40'),
  quantity: z.int().min(1).max(1000),
  /** Whole euro cents with tax in them. */
  unitPriceCents: z.int().min(1).max(100_000_00),
  taxPercent: z.int().min(0).max(99),
});
export type OrderLine = z.output<typeof OrderLine>;

import * as z from 'zod';
import { OrderLine } from './order-line.ts';
import { priceLines } from './pricing.ts';

const maxTotalCents = 1_000_000_00;

export const OrderRequest = z.object({
  customerEmail: z.email().max(200),
  cardToken: z.string().regex(/^tok_\w{1,60}$/, 'is not a card token'),
  lines: z
    .array(OrderLine)
    .min(1)
    .max(50)
    .refine((lines) => priceLines(lines).totalCents <= maxTotalCents, 'are more than one order can hold'),
});
export type OrderRequest = z.output<typeof OrderRequest>;

/** The caller's name for one wish to order: sent again, it gets the same order. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\w.:-]{8,128}$/, 'use 8 to 128 letters, digits and . : _ -');

export interface Order {
  readonly id: string;
  /** `cancelling`: what was done for it is being taken back; it will be rejected. */
  readonly status: 'pending' | 'confirmed' | 'cancelling' | 'rejected';
  /** Present exactly when rejected. */
  readonly rejection?: Rejection;
  readonly customerEmail: string;
  readonly lines: readonly OrderLine[];
  readonly totalCents: number;
  /** The tax contained in `totalCents`. */
  readonly taxCents: number;
}

export type Rejection =
  | { readonly code: 'out_of_stock'; readonly shortages: readonly Shortage[] }
  | { readonly code: 'card_refused'; readonly refusal: string }
  /** A neighbour did not answer; what had been done was taken back, and ordering again is safe. */
  | { readonly code: 'not_possible_now' };

export type Shortage = { readonly sku: string; readonly wanted: number; readonly available: number };

/** The event the shop's other services learn of an order by. */
export type OrderPlaced = {
  readonly id: string;
  readonly type: 'order-placed';
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly data: {
    readonly orderId: string;
    readonly customerEmail: string;
    readonly totalCents: number;
    readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  };
};

export function orderPlaced(order: Order, id: string, now: Date): OrderPlaced {
  return {
    id,
    type: 'order-placed',
    time: now.toISOString(),
    data: {
      orderId: order.id,
      customerEmail: order.customerEmail,
      totalCents: order.totalCents,
      lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    },
  };
}

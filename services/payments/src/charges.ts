import * as z from 'zod';

export const ChargeRequest = z.object({
  orderId: z.uuid(),
  /** Euro cents. */
  amountCents: z.int().min(1).max(1_000_000_00),
  /** What the card processor gave the shopper's browser for the card; the number itself never comes here. */
  cardToken: z.string().regex(/^tok_\w{1,60}$/, 'is not a card token'),
});
export type ChargeRequest = z.output<typeof ChargeRequest>;

export const RefundRequest = z.object({ orderId: z.uuid() });

export interface Charge {
  readonly chargeId: string;
  readonly orderId: string;
  readonly amountCents: number;
  readonly refundedCents: number;
}

export interface Refund {
  readonly refundId: string;
  readonly chargeId: string;
  readonly orderId: string;
  readonly amountCents: number;
}

/** Why a card was refused, in the shop's words. */
export type Refusal = 'insufficient_funds' | 'expired_card' | 'declined';

export type ChargeOutcome =
  | { readonly kind: 'charged'; readonly charge: Charge }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The order was charged before, another amount or card. */
  | { readonly kind: 'conflict' };

/** The outside processor. An order is charged at most once and a charge refunded at most once, however often one asks. */
export interface CardProcessor {
  charge(request: ChargeRequest): Promise<ChargeOutcome>;
  chargesOf(orderId: string): Promise<readonly Charge[]>;
  refund(charge: Charge): Promise<Refund>;
}

const refusals: Readonly<Record<string, Refusal>> = {
  insufficient_funds: 'insufficient_funds',
  expired_card: 'expired_card',
};

/** The processor has dozens of decline codes, and may get new ones; a shopper is told what they can act on. */
export function refusalOf(declineCode: string): Refusal {
  return refusals[declineCode] ?? 'declined';
}

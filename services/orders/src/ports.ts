import type { Order, OrderPlaced, OrderRequest, Rejection, Shortage } from './order.ts';
import type { OrderLine } from './order-line.ts';

export type OpenOutcome =
  | { readonly kind: 'opened'; readonly order: Order }
  /** The key was used before, for this request; the order may still be pending. */
  | { readonly kind: 'known'; readonly order: Order }
  /** The key was used before, for another request. */
  | { readonly kind: 'other-request' };

/** The order book. */
export interface Orders {
  find(id: string): Promise<Order | undefined>;
  open(idempotencyKey: string, request: OrderRequest): Promise<OpenOutcome>;
  /** Confirms, and records the event in the same transaction: both happen, or neither. */
  confirm(order: Order, event: OrderPlaced): Promise<Order>;
  /** Ends an order of which nothing is left to take back. */
  reject(order: Order, rejection: Rejection): Promise<Order>;
  /** From now on nobody can confirm the order. False when it has ended already. */
  beginCancelling(order: Order): Promise<boolean>;
  /** Ends it as `not_possible_now` and frees its idempotency key, so that the next attempt opens a new order. */
  finishCancelling(order: Order): Promise<void>;
  /** Orders not ended whose attempt must be dead by now; each is given to one caller at a time. */
  claimAbandoned(olderThanMs: number): Promise<readonly Order[]>;
}

export type ReserveOutcome =
  | { readonly kind: 'reserved' }
  | { readonly kind: 'out-of-stock'; readonly shortages: readonly Shortage[] };

/** Asking any of these again changes nothing; `release` may come before, after or without `reserve`. */
export interface Inventory {
  reserve(orderId: string, lines: readonly OrderLine[]): Promise<ReserveOutcome>;
  confirm(orderId: string): Promise<void>;
  release(orderId: string): Promise<void>;
}

export type ChargeOutcome =
  | { readonly kind: 'charged' }
  | { readonly kind: 'refused'; readonly refusal: string };

export interface Payments {
  charge(orderId: string, amountCents: number, cardToken: string): Promise<ChargeOutcome>;
  /** Also fine when nothing was charged. */
  refund(orderId: string): Promise<void>;
}

/** Events waiting to be delivered. */
export interface Outbox {
  /**
   * Gives due events to `deliver`, oldest first; those it resolves for are done. The first that it rejects ends the
   * round and comes again later. Several relays may run: each event is in the hands of one at a time.
   */
  deliverDue(deliver: (event: OrderPlaced) => Promise<void>): Promise<Delivery>;
}

export interface Delivery {
  readonly delivered: number;
  readonly failed: boolean;
}

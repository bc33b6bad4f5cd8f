import type { Reservation, ReservationRequest, Shortage, StockLevel } from './reservations.ts';

export type ReserveOutcome =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  /** Nothing was reserved, not even the lines that could have been. */
  | { readonly kind: 'out-of-stock'; readonly shortages: readonly Shortage[] }
  /** The id was used before for other lines, or has ended. */
  | { readonly kind: 'conflict'; readonly reservation: Reservation };

export type ConfirmOutcome =
  | { readonly kind: 'confirmed'; readonly reservation: Reservation }
  | { readonly kind: 'released' }
  | { readonly kind: 'unknown' };

/** The warehouse's books. Every operation is all or nothing, and repeating it changes nothing. */
export interface Stock {
  find(sku: string): Promise<StockLevel | undefined>;
  /** Undefined when more than `onHand` is reserved already. */
  count(sku: string, onHand: number): Promise<StockLevel | undefined>;
  reserve(request: ReservationRequest): Promise<ReserveOutcome>;
  confirm(id: string): Promise<ConfirmOutcome>;
  /** An id never seen is remembered as released, so that a reservation which arrives late holds nothing. */
  release(id: string): Promise<Reservation>;
}

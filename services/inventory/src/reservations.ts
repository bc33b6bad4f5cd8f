import * as z from 'zod';

export const Sku = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'use capitals, digits and dashes, at most 40');

export const Line = z.object({ sku: Sku, quantity: z.int().min(1).max(1000) });
export type Line = z.output<typeof Line>;

/** The caller chooses the id (an order's), so that asking again reserves nothing twice. */
export const ReservationRequest = z.object({ id: z.uuid(), lines: z.array(Line).min(1).max(50) });
export type ReservationRequest = z.output<typeof ReservationRequest>;

export type ReservationStatus = 'held' | 'confirmed' | 'released';

export interface Reservation {
  readonly id: string;
  readonly status: ReservationStatus;
  readonly lines: readonly Line[];
}

export interface StockLevel {
  readonly sku: string;
  readonly onHand: number;
  /** How much of `onHand` is held for orders. */
  readonly reserved: number;
}

export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  readonly available: number;
}

/** One line per SKU, in SKU order: everybody who locks stock rows locks them in this order. */
export function mergeLines(lines: readonly Line[]): readonly Line[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities]
    .map(([sku, quantity]) => ({ sku, quantity }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** What is missing for these (merged) lines; nothing, when they can be reserved. An unknown SKU has no stock. */
export function shortages(lines: readonly Line[], levels: readonly StockLevel[]): readonly Shortage[] {
  const available = new Map(levels.map((level) => [level.sku, level.onHand - level.reserved]));
  return lines
    .map(({ sku, quantity }) => ({ sku, wanted: quantity, available: available.get(sku) ?? 0 }))
    .filter((line) => line.wanted > line.available);
}

export function sameLines(a: readonly Line[], b: readonly Line[]): boolean {
  return JSON.stringify(mergeLines(a)) === JSON.stringify(mergeLines(b));
}

/** How the end of a reservation changes a stock level, per unit reserved. */
export interface StockEffect {
  readonly onHand: -1 | 0 | 1;
  readonly reserved: -1 | 0;
}

const nothing: StockEffect = { onHand: 0, reserved: 0 };

/** Undefined: what was released cannot be confirmed any more. */
export function confirmEffect(status: ReservationStatus): StockEffect | undefined {
  if (status === 'released') return undefined;
  return status === 'held' ? { onHand: -1, reserved: -1 } : nothing;
}

/** Releasing always works; goods that were confirmed go back on the shelf. */
export function releaseEffect(status: ReservationStatus): StockEffect {
  if (status === 'confirmed') return { onHand: 1, reserved: 0 };
  return status === 'held' ? { onHand: 0, reserved: -1 } : nothing;
}

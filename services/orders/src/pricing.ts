import type { OrderLine } from './order-line.ts';

export interface Totals {
  readonly totalCents: number;
  readonly taxCents: number;
}

/** Prices have tax in them, so the total is exact; the tax is worked out once per rate, as on a till receipt. */
export function priceLines(lines: readonly OrderLine[]): Totals {
  const grossByRate = new Map<number, number>();
  for (const { quantity, unitPriceCents, taxPercent } of lines) {
    grossByRate.set(taxPercent, (grossByRate.get(taxPercent) ?? 0) + quantity * unitPriceCents);
  }
  let totalCents = 0;
  let taxCents = 0;
  for (const [taxPercent, gross] of grossByRate) {
    totalCents += gross;
    taxCents += containedTax(gross, taxPercent);
  }
  return { totalCents, taxCents };
}

/** Half a cent is rounded up. All numbers stay integers well below 2^53, so nothing is lost on the way. */
function containedTax(grossCents: number, taxPercent: number): number {
  return Math.floor((2 * grossCents * taxPercent + 100 + taxPercent) / (2 * (100 + taxPercent)));
}

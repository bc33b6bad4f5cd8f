import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderRequest } from '../../../services/orders/src/order.ts';
import { priceLines } from '../../../services/orders/src/pricing.ts';

const line = (quantity: number, unitPriceCents: number, taxPercent: number) => ({
  sku: 'A',
  quantity,
  unitPriceCents,
  taxPercent,
});

describe('the total', () => {
  test.each([
    ['one line', [line(3, 1_999, 19)], { totalCents: 5_997, taxCents: 958 }],
    [
      'tax is rounded once per rate, not per line',
      [line(1, 33, 19), line(1, 33, 19)],
      { totalCents: 66, taxCents: 11 },
    ],
    [
      'each rate has its own tax',
      [line(1, 1_190, 19), line(1, 1_070, 7)],
      { totalCents: 2_260, taxCents: 260 },
    ],
    ['no tax', [line(2, 500, 0)], { totalCents: 1_000, taxCents: 0 }],
    ['half a cent of tax is rounded up', [line(1, 21, 20)], { totalCents: 21, taxCents: 4 }],
    ['exactly half', [line(1, 3, 20)], { totalCents: 3, taxCents: 1 }],
    ['just below half', [line(1, 3, 19)], { totalCents: 3, taxCents: 0 }],
    [
      'the largest line',
      [line(1_000, 10_000_000, 19)],
      { totalCents: 10_000_000_000, taxCents: 1_596_638_655 },
    ],
  ])('%s', (_, lines, totals) => {
    expect(priceLines(lines)).toEqual(totals);
  });

  const anyLine = fc.record({
    sku: fc.constant('A'),
    quantity: fc.integer({ min: 1, max: 1_000 }),
    unitPriceCents: fc.integer({ min: 1, max: 100_000 }),
    taxPercent: fc.integer({ min: 0, max: 99 }),
  });

  test('is the sum of the lines to the cent, and the tax is within half a cent of its share per rate', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 8 }), (lines) => {
        const { totalCents, taxCents } = priceLines(lines);
        expect(totalCents).toBe(lines.reduce((sum, one) => sum + one.quantity * one.unitPriceCents, 0));
        expect(Number.isInteger(taxCents)).toBe(true);
        const exact = lines.reduce((sum, one) => {
          return sum + (one.quantity * one.unitPriceCents * one.taxPercent) / (100 + one.taxPercent);
        }, 0);
        const rates = new Set(lines.map((one) => one.taxPercent)).size;
        expect(Math.abs(taxCents - exact)).toBeLessThanOrEqual(rates / 2 + 1e-6);
      }),
    );
  });
});

test('an order over a million euros is refused, not overflown', () => {
  const request = { customerEmail: 'a@b.de', cardToken: 'tok_visa' };
  expect(OrderRequest.safeParse({ ...request, lines: [line(10, 10_000_000, 0)] }).success).toBe(true);
  expect(OrderRequest.safeParse({ ...request, lines: [line(11, 10_000_000, 0)] }).success).toBe(false);
});

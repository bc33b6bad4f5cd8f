import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  confirmEffect,
  mergeLines,
  releaseEffect,
  sameLines,
  shortages,
} from '../../../services/inventory/src/reservations.ts';

const lines = fc.array(
  fc.record({ sku: fc.constantFrom('A', 'B', 'C', 'D'), quantity: fc.integer({ min: 1, max: 9 }) }),
);

describe('merged lines', () => {
  test('hold each SKU once, in order, and lose nothing', () => {
    fc.assert(
      fc.property(lines, (asked) => {
        const merged = mergeLines(asked);
        const skus = merged.map((line) => line.sku);
        expect(skus).toEqual([...new Set(asked.map((line) => line.sku))].sort());
        const sum = (of: readonly { quantity: number }[]) =>
          of.reduce((total, line) => total + line.quantity, 0);
        expect(sum(merged)).toBe(sum(asked));
      }),
    );
  });

  test('are the same whatever order was asked in', () => {
    const a = { sku: 'A', quantity: 1 };
    const b = { sku: 'B', quantity: 2 };
    expect(sameLines([a, b], [b, a])).toBe(true);
    expect(sameLines([a, b], [a, { ...b, quantity: 3 }])).toBe(false);
    expect(sameLines([a], [a, b])).toBe(false);
  });
});

describe('shortages', () => {
  const stock = [
    { sku: 'A', onHand: 5, reserved: 3 },
    { sku: 'B', onHand: 1, reserved: 1 },
  ];

  test.each([
    ['exactly what is left', [{ sku: 'A', quantity: 2 }], []],
    ['one more than is left', [{ sku: 'A', quantity: 3 }], [{ sku: 'A', wanted: 3, available: 2 }]],
    ['what is all reserved', [{ sku: 'B', quantity: 1 }], [{ sku: 'B', wanted: 1, available: 0 }]],
    ['what was never counted', [{ sku: 'X', quantity: 1 }], [{ sku: 'X', wanted: 1, available: 0 }]],
  ])('of %s', (_, wanted, missing) => {
    expect(shortages(wanted, stock)).toEqual(missing);
  });
});

describe('the end of a reservation', () => {
  test.each([
    ['confirming what is held takes the goods from the shelf', confirmEffect('held'), -1, -1],
    ['confirming again changes nothing', confirmEffect('confirmed'), 0, 0],
    ['releasing what is held frees it', releaseEffect('held'), 0, -1],
    ['releasing what was confirmed puts the goods back', releaseEffect('confirmed'), 1, 0],
    ['releasing again changes nothing', releaseEffect('released'), 0, 0],
  ])('%s', (_, effect, onHand, reserved) => {
    expect(effect).toEqual({ onHand, reserved });
  });

  test('what was released cannot be confirmed', () => {
    expect(confirmEffect('released')).toBeUndefined();
  });
});

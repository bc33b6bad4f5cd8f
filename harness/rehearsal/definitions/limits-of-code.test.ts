import { expect, test } from 'vitest';
import { limitsIn } from './limits-of-code.ts';

test('limits of numbers and lengths are read wherever a schema stands', () => {
  const code = `
    export const Line = z.object({ sku: Sku, quantity: z.int().min(1).max(1_000) });
    const Order = z.object({
      email: z.email().max(200),
      note: z
        .string()
        .max(80, 'is too long')
        .optional(),
      price: z.coerce.number().int().min(-5),
      when: z.iso.datetime(),
      lines: z.array(Line).min(1).max(50),
      limit: z.int().max(LIMIT),
    });`;
  expect(limitsIn(code)).toEqual([
    { field: 'quantity', kind: 'number', min: 1, max: 1000 },
    { field: 'email', kind: 'length', min: null, max: 200 },
    { field: 'note', kind: 'length', min: null, max: 80 },
    { field: 'price', kind: 'number', min: -5, max: null },
    { field: 'when', kind: 'length', min: null, max: null },
    { field: 'limit', kind: 'number', min: null, max: null },
  ]);
});

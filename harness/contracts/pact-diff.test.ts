import { expect, test } from 'vitest';
import { diffPacts } from './pact-diff.ts';

const get = (description: string, body: unknown) => ({
  description,
  request: { method: 'GET', path: '/' },
  response: { status: 200, body },
});

test('interactions that came, went and changed are named, each change by its place', () => {
  const before = { interactions: [get('a', { price: 1, tags: ['x'] }), get('b', 1)], metadata: { tool: 1 } };
  const after = {
    interactions: [get('c', 1), get('a', { priceCents: 1, tags: ['y'] })],
    metadata: { tool: 2 },
  };
  expect(diffPacts(before, after)).toEqual([
    {
      description: 'a',
      change: 'changed',
      differences: [
        'response.body.price: 1 → (nothing)',
        'response.body.tags[0]: "x" → "y"',
        'response.body.priceCents: (nothing) → 1',
      ],
    },
    { description: 'b', change: 'removed', differences: [] },
    { description: 'c', change: 'added', differences: [] },
  ]);
  expect(diffPacts(before, { ...before, interactions: before.interactions.toReversed() })).toEqual([]);
});

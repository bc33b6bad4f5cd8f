import { expect, test } from 'vitest';
import { worstOf } from './index.ts';

test.each([
  [['pass', 'pass'], 'pass'],
  [['pass', 'pending'], 'pending'],
  [['pending', 'inconclusive'], 'inconclusive'],
  [['inconclusive', 'fail', 'pass'], 'fail'],
  [[], 'inconclusive'],
] as const)('%j together are %s', (outcomes, together) => {
  expect(worstOf(outcomes)).toBe(together);
});

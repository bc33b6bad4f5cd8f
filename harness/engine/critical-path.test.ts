import { expect, test } from 'vitest';
import { criticalPath, remainingMs } from './critical-path.ts';

const steps = [
  { id: 'build a', needs: [] },
  { id: 'build b', needs: [] },
  { id: 'unit', needs: ['build a'] },
  { id: 'deploy', needs: ['build a', 'build b'] },
  { id: 'acceptance', needs: ['deploy', 'unit'] },
];
const durations: Readonly<Record<string, number>> = {
  'build a': 2,
  'build b': 5,
  unit: 7,
  deploy: 3,
  acceptance: 10,
};
const durationOf = (id: string): number => durations[id] ?? 0;

test('the critical path is the longest chain of needs', () => {
  expect(criticalPath(steps, durationOf)).toEqual({
    steps: ['build a', 'unit', 'acceptance'],
    durationMs: 19,
  });
});

test('what is not done takes no time and is on no path', () => {
  const withoutUnit = (id: string): number => (id === 'unit' ? 0 : durationOf(id));
  expect(criticalPath(steps, withoutUnit)).toEqual({
    steps: ['build b', 'deploy', 'acceptance'],
    durationMs: 18,
  });
  expect(criticalPath(steps, () => 0)).toEqual({ steps: [], durationMs: 0 });
  expect(criticalPath([], durationOf)).toEqual({ steps: [], durationMs: 0 });
});

test('what remains of a step is its own time and the longest chain behind it', () => {
  expect(Object.fromEntries(remainingMs(steps, durationOf))).toEqual({
    'build a': 19,
    'build b': 18,
    unit: 17,
    deploy: 13,
    acceptance: 10,
  });
});

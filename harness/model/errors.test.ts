import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorHints, exitCodeOf, StagegateError } from './errors.ts';

const page = await readFile(new URL('./ERRORS.md', import.meta.url), 'utf8');
const headings = [...page.matchAll(/^## (SG_[A-Z_]+)$/gm)].map((match) => match[1]);

test('every error code has a heading in ERRORS.md, and every heading a code', () => {
  expect(headings.toSorted()).toEqual(Object.keys(errorHints).toSorted());
});

test('an error carries the hint of its code and its problems', () => {
  const error = new StagegateError('SG_CONFIG_INVALID', 'stagegate.config.ts: 1 problem', {
    problems: ['gates.0.to: …'],
  });
  expect(error.hint).toBe(errorHints.SG_CONFIG_INVALID);
  expect(error.problems).toEqual(['gates.0.to: …']);
});

test.each([
  ['SG_CONFIG_INVALID', 2],
  ['SG_BUILD_FAILED', 1],
  ['SG_DEPLOYMENT_FAILED', 1],
  ['SG_STORE_FAILED', 3],
  ['SG_PORT_TAKEN', 3],
  ['SG_INTERRUPTED', 130],
] as const)('%s ends the command with exit code %i', (code, exitCode) => {
  expect(exitCodeOf(code)).toBe(exitCode);
});

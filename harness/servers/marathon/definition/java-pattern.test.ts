import { expect, test } from 'vitest';
import { javaPattern } from './java-pattern.ts';

function matches(pattern: string, text: string): boolean | string {
  const compiled = javaPattern(pattern);
  return compiled.kind === 'pattern' ? compiled.matches(text) : compiled.reason;
}

test.each([
  ['rack-[1-3]', 'rack-2', true],
  ['rack-[1-3]', 'rack-22', false],
  ['a|b', 'ab', false],
  ['(?i)RACK', 'rack', true],
  ['^rack$', 'rack', true],
  ['.*', 'two\nlines', false],
  [String.raw`\d+\.\d+`, '1.2', true],
  ['', '', true],
])('%j on the whole of %j: %j', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test.each([
  '[',
  '(?=a)b',
  String.raw`(a)\1`,
  'a++',
  '('.repeat(500),
  'a{1001}',
  '(a{100}){100}',
  '[a-z]{0,999}'.repeat(80),
  'a'.repeat(1001),
])('%.30j is refused with a reason', (pattern) => {
  expect(javaPattern(pattern)).toEqual({ kind: 'refused', reason: expect.stringMatching(/./) });
});

test('patterns on which a backtracking engine would never end are matched at once', () => {
  const begun = performance.now();
  for (const pattern of ['(a+)+b', '(a|a)*b', '(a*)*b', '(x+x+)+y']) {
    expect(matches(pattern, 'a'.repeat(20_000))).toBe(false);
  }
  expect(performance.now() - begun).toBeLessThan(2_000);
});

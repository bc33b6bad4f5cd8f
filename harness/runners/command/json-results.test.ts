import { expect, test } from 'vitest';
import { readJsonResults } from './json-results.ts';

const event = (Action: string, more: object = {}): string =>
  JSON.stringify({ Action, Package: 'example.com/orders', ...more });

test('events of go test -json become tests; the failing line is the message', () => {
  const text = [
    event('start'),
    event('run', { Test: 'TestTotal' }),
    event('output', { Test: 'TestTotal', Output: '    total_test.go:9: got 3, want 4\n' }),
    event('fail', { Test: 'TestTotal', Elapsed: 0.5 }),
    event('run', { Test: 'TestEmpty' }),
    event('pass', { Test: 'TestEmpty', Elapsed: 0 }),
    event('fail', { Elapsed: 0.6 }),
  ].join('\n');
  expect(readJsonResults(text)).toMatchObject({
    cases: [
      {
        name: 'example.com/orders > TestTotal',
        outcome: 'fail',
        failure: { message: 'total_test.go:9: got 3, want 4' },
      },
      { name: 'example.com/orders > TestEmpty', outcome: 'pass' },
    ],
  });
});

test('a Go package that does not compile is a failed test', () => {
  const text = [event('output', { Output: './main.go:3:1: syntax error\n' }), event('fail')].join('\n');
  expect(readJsonResults(text)).toMatchObject({
    cases: [
      {
        name: 'the package example.com/orders',
        outcome: 'fail',
        failure: { message: './main.go:3:1: syntax error' },
      },
    ],
  });
});

test('a Go test that began and did not end proves nothing', () => {
  expect(readJsonResults(event('run', { Test: 'TestTotal' }))).toMatchObject({ kind: 'broken' });
});

test('what jest --json writes is read, and a file that could not be loaded failed', () => {
  const report = {
    numTotalTests: 1,
    testResults: [
      {
        name: '/p/a.test.js',
        status: 'passed',
        message: '',
        assertionResults: [{ fullName: 'a adds', status: 'passed', duration: 3 }],
      },
      { name: '/p/b.test.js', status: 'failed', message: 'Cannot find module x', assertionResults: [] },
    ],
  };
  expect(readJsonResults(JSON.stringify(report))).toMatchObject({
    cases: [
      { name: 'a adds', outcome: 'pass', durationMs: 3 },
      { name: 'loading the file', outcome: 'fail', failure: { message: 'Cannot find module x' } },
    ],
  });
});

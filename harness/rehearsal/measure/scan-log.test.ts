import { expect, test } from 'vitest';
import { scanLog } from './scan-log.ts';

const none: readonly never[] = [];

test('error lines that differ in ids and numbers only are one kind, with how often', () => {
  const line = (id: number): string =>
    JSON.stringify({ level: 'error', message: `order ${id} failed`, error: `E${id}\n at x` });
  const lines = [line(1), line(22), '{"level":"info","message":"no error here"}', 'Error: boom 7'];
  expect(scanLog(lines, none)).toMatchObject({
    lines: 4,
    errors: [
      { pattern: 'order # failed: E#', count: 2 },
      { pattern: 'Error: boom #', count: 1 },
    ],
    leaks: [],
  });
});

test.each([
  ['paid with 4111 1111 1111 1111', 'card-number'],
  ['authorization: Bearer abcdefghij', 'bearer-token'],
  ['password=hunter22', 'password'],
  ['the value is s3cr3t-value', 'secret'],
])('%s is a leak, and the value is not in what is kept', (line, kind) => {
  const found = scanLog([line], [{ kind: 'secret', what: 'the value of API_KEY', value: 's3cr3t-value' }]);
  expect(found.leaks).toMatchObject([{ kind, count: 1 }]);
  expect(JSON.stringify(found)).not.toMatch(/4111|abcdefghij|hunter22|s3cr3t/);
});

test.each(['at 1764028800000 ms', 'order 4111111111111112', 'password: ***'])('%s is no leak', (line) => {
  expect(scanLog([line], none).leaks).toEqual([]);
});

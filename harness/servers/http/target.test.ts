import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTarget } from './target.ts';

test.each([
  ['/', '/', []],
  ['//v2/apps//a/', '/v2/apps/a', ['v2', 'apps', 'a']],
  ['/v2/apps/%2Fshop%2Forders', '/v2/apps/shop/orders', ['v2', 'apps', 'shop', 'orders']],
  ['//[', '/[', ['[']],
  ['*', '/*', ['*']],
  ['http://127.0.0.1:80/a?b=1', '/a', ['a']],
  ['http://h', '/', []],
  ['http://h?x', '/', []],
  ['/a#b', '/a', ['a']],
])('%s is the path %s', (target, path, segments) => {
  expect(parseTarget(target)).toMatchObject({ path, segments });
});

test.each([
  '',
  'a',
  '/%zz',
  '/%',
  '/%ff',
  '/%00',
  '/a%0d%0ab',
  '/a?b=%zz',
  'ftp://h/a',
  'http://',
  'http://u@h/a',
])('%j is malformed', (target) => {
  expect(parseTarget(target)).toBeNull();
});

test('the query and the authority of an absolute target are read', () => {
  const target = parseTarget('http://h:80/a?b=1&b=2&c');
  expect(target?.query.getAll('b')).toEqual(['1', '2']);
  expect(target?.authority).toBe('h:80');
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.webPath()), (target) => {
      parseTarget(target);
    }),
    { numRuns: 5_000 },
  );
});

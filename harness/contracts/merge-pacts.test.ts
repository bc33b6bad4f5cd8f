import { expect, test } from 'vitest';
import { contentHash, writePact } from './canonical-pact.ts';
import { mergePacts } from './merge-pacts.ts';
import { parseWritten } from './written-json.ts';

const interaction = (description: string, path: string, more = {}) => ({
  type: 'Synchronous/HTTP',
  description,
  request: { method: 'GET', path },
  response: { status: 200 },
  ...more,
});
const pact = (interactions: readonly object[], provider = 'shop', version = '1.0') => ({
  consumer: { name: 'cart' },
  provider: { name: provider },
  interactions,
  metadata: { 'pact-js': { version } },
});

test('what tests wrote apart becomes one pact for each provider, the same whichever came first', () => {
  const parts = [
    pact([interaction('b', '/b')]),
    pact([interaction('a', '/a'), interaction('b', '/b')]),
    pact([interaction('c', '/c')], 'desk'),
  ];
  const { pacts, conflicts } = mergePacts(parts);
  expect(conflicts).toEqual([]);
  expect(
    pacts.map((one) => (one.interactions as { description: string }[]).map(({ description }) => description)),
  ).toEqual([['c'], ['a', 'b']]);
  expect(mergePacts(parts.toReversed()).pacts.map(writePact)).toEqual(pacts.map(writePact));
});

test('one description and state with two requests is a conflict that shows both', () => {
  const { conflicts } = mergePacts([pact([interaction('add', '/a')]), pact([interaction('add', '/b')])]);
  expect(conflicts).toHaveLength(1);
  expect(conflicts[0]).toMatch('two tests of cart describe "add" of shop in different ways');
  expect(conflicts[0]).toMatch('"path":"/a"');
  expect(conflicts[0]).toMatch('"path":"/b"');
});

test('one description in two states is no conflict', () => {
  const inState = (id: string) =>
    interaction('order', '/o', { providerStates: [{ name: 'there is', params: { id } }] });
  expect(mergePacts([pact([inState('1')]), pact([inState('2')])]).conflicts).toEqual([]);
});

test('the hash is of the content, not of metadata or order', () => {
  const [a, b] = [interaction('a', '/a'), interaction('b', '/b')];
  expect(contentHash(pact([a, b]))).toBe(contentHash(pact([b, a], 'shop', '2.0')));
  expect(contentHash(pact([a]))).not.toBe(contentHash(pact([b])));
});

test('numbers stay as they were written, and tell contents apart', () => {
  const text = (price: string) =>
    `{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[{"description":"d","response":{"body":{"id":12345678901234567890,"price":${price}}}}]}`;
  const [pact] = mergePacts([parseWritten(text('1.0'))]).pacts;
  expect(writePact(pact ?? {}).replaceAll(/\s/g, '')).toContain('{"id":12345678901234567890,"price":1.0}');
  expect(mergePacts([parseWritten(text('1.0')), parseWritten(text('1'))]).conflicts).toHaveLength(1);
  expect(contentHash(parseWritten(text('1.0')))).not.toBe(contentHash(parseWritten(text('1'))));
});

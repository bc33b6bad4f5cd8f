import { afterEach, describe, expect, test } from 'vitest';
import { formatDate } from './format-date.ts';
import { parsePact } from './parse-pact.ts';
import { type PactStub, startStub } from './stub.ts';

let stub: PactStub | undefined;
afterEach(() => stub?.[Symbol.asyncDispose]());

async function answer(
  body: unknown,
  generators: object,
  given?: { name: string; params: Record<string, unknown> },
) {
  const interaction = {
    description: 'd',
    providerStates: [{ name: 's', params: given?.params ?? {} }],
    request: { method: 'GET', path: '/' },
    response: { status: 200, headers: { 'Content-Type': 'application/json', 'X-Id': 'x' }, body, generators },
  };
  const pact = {
    consumer: { name: 'cart' },
    provider: { name: 'shop' },
    interactions: [interaction],
    metadata: { pactSpecification: { version: '3.0.0' } },
  };
  stub = await startStub(parsePact(JSON.stringify(pact), 'x.json'));
  if (given !== undefined) stub.given(given);
  const response = await fetch(stub.url);
  return { text: await response.text(), id: response.headers.get('x-id'), url: stub.url };
}

describe('a stub makes anew', () => {
  test.each<[string, object, RegExp]>([
    ['a whole number', { type: 'RandomInt', min: 7, max: 7 }, /^7$/],
    ['a decimal', { type: 'RandomDecimal', digits: 4 }, /^\d\.\d{3}$/],
    ['hexadecimal digits', { type: 'RandomHexadecimal', digits: 8 }, /^"[0-9A-F]{8}"$/],
    ['a text', { type: 'RandomString', size: 5 }, /^"\w{5}"$/],
    ['yes or no', { type: 'RandomBoolean' }, /^(true|false)$/],
    ['a UUID', { type: 'Uuid', format: 'simple' }, /^"[0-9a-f]{32}"$/],
    ['a date', { type: 'Date', format: 'yyyy/MM/dd' }, /^"\d{4}\/\d\d\/\d\d"$/],
    ['what it cannot make as in the example', { type: 'Regex', regex: 'a+' }, /^"example"$/],
  ])('%s', async (_, generator, expected) => {
    const { text } = await answer({ a: [{ b: 'example' }] }, { body: { '$.a[0].b': generator } });
    expect(/\{"a":\[\{"b":(?<value>.*)\}\]\}/.exec(text)?.groups?.value).toMatch(expected);
  });

  test('every element that a path names, a header, links to itself and parameters of its state', async () => {
    const { text, id, url } = await answer(
      { list: [{ n: 0 }, { n: 0 }], next: 'http://example.org/next?page=2', order: '1' },
      {
        body: {
          '$.list[*].n': { type: 'RandomInt', min: 3, max: 3 },
          '$.next': {
            type: 'MockServerURL',
            example: 'http://example.org/next?page=2',
            regex: '.*(/next\\?page=2)$',
          },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: as Pact writes it
          '$.order': { type: 'ProviderState', expression: '${id}' },
        },
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as Pact writes it
        header: { 'x-id': { type: 'ProviderState', expression: 'order-${id}' } },
      },
      { name: 's', params: { id: 'A7' } },
    );
    expect(JSON.parse(text)).toEqual({ list: [{ n: 3 }, { n: 3 }], next: `${url}/next?page=2`, order: 'A7' });
    expect(id).toBe('order-A7');
  });
});

test('a moment is written by the pattern, or not at all', () => {
  const moment = new Date('2026-11-05T09:07:03.045Z');
  expect(formatDate(moment, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX")).toBe('2026-11-05T09:07:03.045Z');
  expect(formatDate(moment, "d.M.yy h 'o''clock' a")).toBe("5.11.26 9 o'clock AM");
  expect(formatDate(moment, 'EEEE')).toBeUndefined();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyReader } from './body-reader.ts';
import { parseRequestHead } from './request-head.ts';
import { parseResponseHead } from './response-head.ts';

const parse = (...lines: readonly string[]) => parseRequestHead(`${lines.join('\r\n')}\r\n`);
const statusOf = (...lines: readonly string[]): number => {
  const parsed = parse(...lines);
  return 'why' in parsed ? parsed.status : 200;
};

test.each([
  ['two hosts', 400, ['Host: a', 'Host: b']],
  ['the same host twice', 200, ['Host: a', 'Host: a']],
  ['no host', 400, []],
  ['a host with a user', 400, ['Host: u@a']],
  ['a host with a space', 400, ['Host: a b']],
  ['lengths that differ', 400, ['Host: a', 'Content-Length: 2', 'Content-Length: 3']],
  ['the same length twice', 200, ['Host: a', 'Content-Length: 2', 'Content-Length: 2']],
  ['a list of equal lengths', 200, ['Host: a', 'Content-Length: 2, 2']],
  ['a signed length', 400, ['Host: a', 'Content-Length: +2']],
  ['a length in hex', 400, ['Host: a', 'Content-Length: 0x2']],
  ['a length beyond counting', 400, ['Host: a', 'Content-Length: 99999999999999999999']],
  ['no length', 400, ['Host: a', 'Content-Length:']],
  ['a length and chunks', 200, ['Host: a', 'Content-Length: 2', 'Transfer-Encoding: chunked']],
  ['chunks twice', 400, ['Host: a', 'Transfer-Encoding: chunked, chunked']],
  ['chunks before another coding', 400, ['Host: a', 'Transfer-Encoding: chunked, gzip']],
  ['another coding', 400, ['Host: a', 'Transfer-Encoding: xchunked']],
  ['another coding before chunks', 501, ['Host: a', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked']],
  ['a coding after a vertical tab', 400, ['Host: a', 'Transfer-Encoding: \u000bchunked']],
  ['a coding in a folded line', 200, ['Host: a', 'Transfer-Encoding:', ' chunked']],
  ['a space before a colon', 400, ['Host: a', 'X-A : b']],
  ['a name with a NUL', 400, ['Host: a', 'X\u0000: b']],
  ['a value with a NUL', 400, ['Host: a', 'X: \u0000b']],
  ['a value with a carriage return', 400, ['Host: a', 'X: a\rb']],
  ['a value with a line feed', 400, ['Host: a', 'X: a\nContent-Length: 5']],
  ['a line that folds the request line', 400, [' X: a', 'Host: a']],
  ['a line without a colon', 400, ['Host: a', 'X']],
  ['names of the prototype', 200, ['Host: a', 'constructor: 1', '__proto__: 1', 'toString: 1']],
])('%s: %i', (_what, status, lines) => {
  expect(statusOf('GET / HTTP/1.1', ...lines)).toBe(status);
});

test.each([
  ['GET / HTTP/1.0', 200],
  ['GET / HTTP/1.2', 200],
  ['GET / HTTP/2.0', 505],
  ['GET / HTTP/0.9', 505],
  ['GET /', 400],
  ['GET  / HTTP/1.1', 400],
  ['GET / HTTP/1.1 ', 400],
  ['G\u00cbT / HTTP/1.1', 400],
  ['GET /\u00e9 HTTP/1.1', 400],
  ['GET /a#b HTTP/1.1', 400],
  ['GET * HTTP/1.1', 400],
  ['OPTIONS * HTTP/1.1', 200],
  ['CONNECT a:80 HTTP/1.1', 405],
  ['GET a HTTP/1.1', 400],
  ['GET http://b/ HTTP/1.1', 400],
  ['GET http://u@a/ HTTP/1.1', 400],
  ['GET ftp://a/ HTTP/1.1', 400],
  ['GET http://A HTTP/1.1', 200],
])('%s: %i', (line, status) => {
  expect(statusOf(line, 'Host: a')).toBe(status);
});

test('an absolute target is passed on in origin form, with its own host', () => {
  expect(parse('GET http://A:80?x HTTP/1.1', 'Host: a:80')).toMatchObject({ target: '/?x', host: 'A:80' });
});

test('HTTP/1.0 has no chunks', () => {
  expect(statusOf('POST / HTTP/1.0', 'Transfer-Encoding: chunked')).toBe(400);
});

test('fields that Connection names are dropped, but never framing, host or credentials', () => {
  const names = [
    'X-Secret',
    'Host',
    'Content-Length',
    'Authorization',
    'Cookie',
    'constructor',
    'X-Request-Id',
  ];
  const request = parse(
    'POST / HTTP/1.1',
    `Connection: ${names.join(', ')}`,
    'X-Secret: 1',
    'Host: a',
    'Content-Length: 2',
    'Authorization: b',
    'Cookie: c',
    'constructor: d',
    'X-Request-Id: e',
    'Keep-Alive: 5',
    'TE: trailers',
  );
  if ('why' in request) throw new Error(request.why);
  expect(request.fields.map(({ key }) => key)).toEqual(['authorization', 'cookie']);
  expect(request).toMatchObject({ host: 'a', requestId: 'e', framing: { kind: 'length', bytes: 2 } });
});

test.each([
  ['HTTP/1.1 099 Odd', null],
  ['HTTP/1.1 20 OK', null],
  ['HTTP/1.1 2000 OK', null],
  ['HTTP/2 200 OK', null],
  ['ICY 200 OK', null],
  ['HTTP/1.1 200', ''],
  ['HTTP/1.1 200 ', ''],
  ['HTTP/1.1 799 Odd', 'Odd'],
  ['HTTP/1.0 200 a\u0001b\u0000c', 'abc'],
])('the status line %j is read as %j', (line, reason) => {
  expect(parseResponseHead(`${line}\r\n`, 'GET')?.reason ?? null).toBe(reason);
});

test('no text makes the parsers throw', () => {
  const line = fc.oneof(
    fc.constantFrom('GET / HTTP/1.1', 'HTTP/1.1 200 OK', 'Host: a', 'Content-Length: 1', 'constructor: 1'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = `${lines.join('\r\n')}\r\n`;
      parseRequestHead(text);
      parseResponseHead(text, 'GET');
    }),
    { numRuns: 5_000 },
  );
});

test('a head that is malformed at its end is read in linear time', () => {
  const long = `GET / HTTP/1.1\r\n${'X: \t \t \t\r\n'.repeat(200_000)}`;
  const before = performance.now();
  parseRequestHead(`${long}X: ${' \t'.repeat(200_000)}\u0000\r\n`);
  parseRequestHead(`GET / HTTP/1.1\r\n${'X'.repeat(400_000)}\r\n${' \r\n'.repeat(100_000)}`);
  expect(performance.now() - before).toBeLessThan(5_000);
});

const chunked = { kind: 'chunked' } as const;

function readAll(bytes: Buffer, cuts: readonly number[]) {
  const reader = new BodyReader(chunked);
  let body = '';
  let at = 0;
  for (const cut of [
    ...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    if (reader.done || cut <= at) continue;
    const taken = reader.read(bytes.subarray(at, cut), 0, (part) => {
      body += part.toString('latin1');
    });
    if (taken < 0) return 'malformed';
    at += taken;
  }
  return { body, done: reader.done, taken: at, trailers: reader.trailers };
}

test('a chunked body is the same however its bytes arrive, and what follows is left alone', () => {
  const part = fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('', ';a=b', ' ;c'));
  fc.assert(
    fc.property(fc.array(part), fc.array(fc.nat()), fc.boolean(), (parts, cuts, hasTrailer) => {
      const chunks = parts.map(([text, extension]) => {
        const bytes = Buffer.from(text);
        return Buffer.concat([
          Buffer.from(`${bytes.length.toString(16)}${extension}\r\n`),
          bytes,
          Buffer.from('\r\n'),
        ]);
      });
      const message = Buffer.concat([
        ...chunks,
        Buffer.from(hasTrailer ? '0\r\nX-T: 1\r\nHost: b\r\n\r\n' : '0\r\n\r\n'),
      ]);
      const read = readAll(Buffer.concat([message, Buffer.from('GET')]), cuts);
      expect(read).toEqual({
        body: Buffer.from(parts.map(([text]) => text).join('')).toString('latin1'),
        done: true,
        taken: message.length,
        trailers: hasTrailer ? [{ name: 'X-T', key: 'x-t', value: '1' }] : [],
      });
    }),
  );
});

test.each([
  'x\r\n',
  '\r\n',
  '-1\r\n',
  '1\nab',
  '1\r\nabc',
  '1;\u0000'.padEnd(2_000, 'x'),
  '0\r\nX\u0000: 1\r\n\r\n',
  '0x1\r\na\r\n',
  '11111111111111\r\n',
  '1 1\r\n',
])('the chunk %j is malformed', (text) => {
  expect(readAll(Buffer.from(text), [])).toBe('malformed');
});

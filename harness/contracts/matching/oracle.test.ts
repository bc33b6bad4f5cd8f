import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePact } from '../parse-pact.ts';
import { startStub } from '../stub.ts';
import { hasOfficialMock, type OfficialMock, startOfficialMock } from './official-mock.ts';

/** What is expected of a request, and requests with what Pact says of them. */
interface Case {
  readonly about: string;
  readonly expected: object;
  readonly version?: '2' | '3' | '4';
  readonly matches?: readonly Sent[];
  readonly misses?: readonly Sent[];
}

interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

const json = { 'Content-Type': 'application/json' };
const sent = (...bodies: readonly unknown[]): Sent[] =>
  bodies.map((body) => ({
    method: 'POST',
    headers: json,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));

/** A JSON body and its rules, as version 3 writes them. */
function body(
  about: string,
  example: unknown,
  rules: object,
  matches: readonly unknown[],
  misses: readonly unknown[],
): Case {
  const expected = {
    method: 'POST',
    path: '/',
    headers: json,
    body: example,
    matchingRules: { body: rules },
  };
  return { about, expected, matches: sent(...matches), misses: sent(...misses) };
}
const rule = (...matchers: readonly object[]) => ({ matchers });

function text(
  about: string,
  type: string,
  example: string,
  matches: readonly string[],
  misses: readonly string[],
  rules = {},
): Case {
  const headers = { 'Content-Type': type };
  const send = (bodies: readonly string[]): Sent[] =>
    bodies.map((one) => ({ method: 'POST', headers, body: one }));
  const expected = { method: 'POST', path: '/', headers, body: example, matchingRules: { body: rules } };
  return { about, expected, matches: send(matches), misses: send(misses) };
}

function query(
  about: string,
  expected: object | string,
  matches: readonly string[],
  misses: readonly string[],
  rules = {},
): Case {
  const targets = (queries: readonly string[]): Sent[] => queries.map((one) => ({ target: `/?${one}` }));
  return {
    about,
    version: typeof expected === 'string' ? '2' : '3',
    expected: { method: 'GET', path: '/', query: expected, matchingRules: { query: rules } },
    matches: targets(matches),
    misses: targets(misses),
  };
}

function header(
  about: string,
  name: string,
  expected: string | string[],
  matches: readonly (string | string[])[],
  misses: readonly (string | string[])[],
  rules = {},
): Case {
  const lines = (values: readonly (string | string[])[]): Sent[] =>
    values.map((value) => ({ headers: { [name]: value } }));
  return {
    about,
    expected: { method: 'GET', path: '/', headers: { [name]: expected }, matchingRules: { header: rules } },
    matches: lines(matches),
    misses: lines(misses),
  };
}

const cases: readonly Case[] = [
  {
    about: 'a path as it was sent',
    expected: { method: 'GET', path: '/a/b' },
    matches: [{ target: '/a/b' }],
    misses: [
      { target: '/x/../a/b' },
      { target: '/a%2Fb' },
      { target: '//a/b' },
      { method: 'POST', target: '/a/b' },
    ],
  },
  {
    about: 'a path by expression, as a whole',
    expected: {
      method: 'GET',
      path: '/a/1',
      matchingRules: { path: rule({ match: 'regex', regex: '/a/\\d+' }) },
    },
    matches: [{ target: '/a/42' }],
    misses: [{ target: '/a/42/b' }, { target: '/x/a/42' }],
  },
  query('repeated parameters in order', { a: ['1', '2'] }, ['a=1&a=2'], ['a=2&a=1', 'a=1', 'a=1&a=2&b=3']),
  query('parameters of version 2', 'a=b+c&d=%C3%A9', ['d=%C3%A9&a=b%20c'], ['a=b']),
  query('numbers in a query', { n: ['5'] }, ['n=-7.5', 'n=1e3'], ['n=seven', 'n='], {
    n: rule({ match: 'number' }),
  }),
  query('integers in a query', { n: ['5'] }, ['n=7'], ['n=-7', 'n=7.5'], { n: rule({ match: 'integer' }) }),
  query('any number of values by type', { a: ['1'] }, ['a=1&a=2', 'a=x'], ['b=1'], {
    a: rule({ match: 'type' }),
  }),
  query('booleans in a query', { on: ['true'] }, ['on=false'], ['on=yes'], {
    on: rule({ match: 'boolean' }),
  }),
  header(
    'parameters of a media type',
    'Content-Type',
    'application/json',
    ['application/json; charset=utf-8'],
    ['application/xml'],
  ),
  header('lists with and without spaces', 'X-A', 'a, b', ['a,b', 'a, b'], ['a', 'b, a']),
  header('every value by expression', 'X-A', ['1'], [['1', '22']], [['1', 'x']], {
    'X-A': rule({ match: 'regex', regex: '\\d+' }),
  }),
  header('letters of either case', 'X-A', 'Abc', ['Abc'], ['abc']),
  body('null and absent', { a: null }, {}, [{ a: null }], [{}, { a: 0 }]),
  body(
    'keys of JavaScript',
    { constructor: 'x' },
    {},
    [{ constructor: 'x' }],
    [{}, { constructor: 'x', toString: 1 }],
  ),
  body('whole numbers and decimals', { n: 1 }, {}, ['{"n":1}'], ['{"n":1.0}', '{"n":2}']),
  body(
    'decimals by rule',
    { n: 1.5 },
    { '$.n': rule({ match: 'decimal' }) },
    ['{"n":2.0}', '{"n":1e2}'],
    [{ n: 2 }, { n: '2.5' }],
  ),
  body(
    'integers by rule',
    { n: 1 },
    { '$.n': rule({ match: 'integer' }) },
    [{ n: 7 }],
    ['{"n":7.0}', { n: '7' }],
  ),
  body(
    'booleans by rule',
    { b: true },
    { '$.b': rule({ match: 'boolean' }) },
    [{ b: false }, { b: 'true' }],
    [{ b: 1 }],
  ),
  body(
    'type with limits',
    { a: [1] },
    { '$.a': rule({ match: 'type', min: 1, max: 2 }) },
    [{ a: [2, 3] }],
    [{ a: [] }, { a: [1, 2, 3] }, { a: ['x'] }],
  ),
  body(
    'an empty list under a type rule of its parent',
    { a: [1] },
    { $: rule({ match: 'type' }) },
    [{ a: [] }, { a: [7, 8] }],
    [{ a: {} }],
  ),
  body(
    'a rule for elements alone',
    { a: [1] },
    { '$.a[*]': rule({ match: 'integer' }) },
    [{ a: [5] }],
    [{ a: [1, 2] }, { a: [] }],
  ),
  body(
    'rules under a rule',
    { a: { b: 1, c: 'x' } },
    { $: rule({ match: 'type' }), '$.a.c': rule({ match: 'equality' }) },
    [{ a: { b: 2, c: 'x' } }],
    [{ a: { b: 2, c: 'y' } }],
  ),
  body(
    'several rules, one of which will do',
    { a: 1 },
    { '$.a': { combine: 'OR', matchers: [{ match: 'null' }, { match: 'integer' }] } },
    [{ a: null }, { a: 3 }],
    [{ a: 'x' }],
  ),
  body(
    'values under any key',
    { a: { x: 1 } },
    { '$.a': rule({ match: 'values' }), '$.a.*': rule({ match: 'integer' }) },
    [{ a: { y: 2, z: 3 } }, { a: {} }],
    [{ a: { y: 'x' } }],
  ),
  body(
    'each key',
    { a: { k1: 1 } },
    { '$.a': rule({ match: 'eachKey', rules: [{ match: 'regex', regex: 'k\\d+' }] }) },
    [{ a: { k2: 1 } }],
    [{ a: { x: 1 } }],
  ),
  body(
    'each value',
    { a: { k: 1 } },
    { '$.a': rule({ match: 'eachValue', rules: [{ match: 'integer' }] }) },
    [{ a: { x: 9, y: 8 } }],
    [{ a: { x: 'x' } }],
  ),
  body(
    'each value of a list',
    { a: ['x1'] },
    { '$.a': rule({ match: 'eachValue', rules: [{ match: 'regex', regex: 'x\\d' }] }) },
    [{ a: ['x2', 'x3'] }],
    [{ a: ['y'] }],
  ),
  body(
    'variants that a list contains',
    { a: [{ k: 'x', n: 1 }] },
    {
      '$.a': rule({
        match: 'arrayContains',
        variants: [{ index: 0, rules: { '$.n': rule({ match: 'integer' }) } }],
      }),
    },
    [
      {
        a: [
          { k: 'y', n: 1 },
          { k: 'x', n: 7 },
        ],
      },
    ],
    [{ a: [{ k: 'y', n: 1 }] }, { a: [] }],
  ),
  body(
    'not empty',
    { a: 'x', b: [1] },
    { '$.a': rule({ match: 'notEmpty' }) },
    [{ a: 'y', b: [1] }],
    [
      { a: '', b: [1] },
      { a: null, b: [1] },
    ],
  ),
  body(
    'semantic versions',
    { v: '1.0.0' },
    { '$.v': rule({ match: 'semver' }) },
    [{ v: '2.1.0-rc.1+5' }],
    [{ v: '1.0' }, { v: 'v1.0.0' }, { v: 1 }],
  ),
  body(
    'include',
    { a: 'x' },
    { '$.a': rule({ match: 'include', value: 'x' }) },
    [{ a: 'axb' }],
    [{ a: 'ab' }],
  ),
  body(
    'keys with dots and quotes',
    { 'a.b': 'x' },
    { "$['a.b']": rule({ match: 'type' }) },
    [{ 'a.b': 'y' }],
    [{ 'a.b': 1 }],
  ),
  body(
    'dates that exist',
    { d: '2026-01-31' },
    { '$.d': rule({ match: 'date', format: 'yyyy-MM-dd' }) },
    [{ d: '2028-02-29' }],
    [{ d: '2026-02-29' }, { d: '2026-13-01' }, { d: '31.1.' }],
  ),
  body(
    'moments with offsets',
    { d: '' },
    { '$.d': rule({ match: 'datetime', format: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" }) },
    [{ d: '2026-01-01T10:00:00.000Z' }, { d: '2026-01-01T10:00:00.000+02:00' }],
    [{ d: '2026-01-01T10:00:00Z' }, { d: '2026-01-01T25:00:00.000Z' }],
  ),
  body(
    'moments as mail has them',
    { d: '' },
    { '$.d': rule({ match: 'timestamp', format: 'EEE, dd MMM yyyy HH:mm:ss z' }) },
    [{ d: 'Sun, 01 Feb 2026 11:22:33 GMT' }],
    [{ d: 'Xxx, 01 Feb 2026 11:22:33 GMT' }],
  ),
  body(
    'expressions of other languages',
    { a: 'v1' },
    { '$.a': rule({ match: 'regex', regex: '\\A(?i)v[[:digit:]]+\\z' }) },
    [{ a: 'V22' }],
    [{ a: 'v' }, { a: 'v1\n' }],
  ),
  body(
    'text nested deeper than Pact reads',
    { a: [] },
    { $: rule({ match: 'type' }) },
    [{ a: [] }],
    [`{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`],
  ),
  body('a pact that wants an empty body', '', {}, [''], [{ a: 1 }]),
  body('a pact that wants no body', null, {}, [''], [{ a: 1 }]),
  text('a body of another type', 'application/json', '{"a":1}', ['{"a":1}'], ['{"a":2}', 'x']),
  text('plain text', 'text/plain', 'hello', ['hello'], ['hello ', '']),
  text('plain text by expression', 'text/plain', 'a1', ['a22'], ['b'], {
    $: rule({ match: 'regex', regex: 'a\\d+' }),
  }),
  text(
    'form fields in any order',
    'application/x-www-form-urlencoded',
    'a=1&b=2',
    ['b=2&a=1'],
    ['a=1', 'a=1&b=3', 'a=1&b=2&c=3'],
  ),
  text(
    'XML with spaces, attributes in any order',
    'application/xml',
    '<a x="1" y="2"><b>t</b></a>',
    ['<?xml version="1.0"?>\n<a y="2" x="1">\n <b>t</b>\n</a>'],
    ['<a x="1"><b>t</b></a>', '<a x="1" y="2"><b>u</b></a>', '<a x="1" y="2"><b>t</b><c/></a>', '<a'],
  ),
  text(
    'XML by rules',
    'application/xml',
    '<a><b n="1">t</b></a>',
    ['<a><b n="7">t</b><b n="8">t</b></a>'],
    ['<a><b n="x">t</b></a>'],
    { '$.a.b': rule({ match: 'type' }), "$.a.b['@n']": rule({ match: 'regex', regex: '\\d+' }) },
  ),
  text(
    'XML namespaces, whatever their prefixes',
    'application/xml',
    '<p:a xmlns:p="urn:x"><p:b/></p:a>',
    ['<q:a xmlns:q="urn:x"><q:b/></q:a>', '<a xmlns="urn:x"><b/></a>'],
    ['<a><b/></a>'],
  ),
  {
    about: 'a JSON text alone, in version 4',
    version: '4',
    expected: {
      method: 'POST',
      path: '/',
      headers: { 'Content-Type': ['application/json'] },
      body: { content: 'x', contentType: 'application/json', encoded: false },
    },
    matches: sent('"x"'),
    misses: sent('x', '"y"'),
  },
  {
    about: 'bytes, in version 4',
    version: '4',
    expected: {
      method: 'POST',
      path: '/',
      body: { content: '/wD+', contentType: 'application/octet-stream', encoded: 'base64' },
    },
    matches: [
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream' },
        body: Buffer.from([0xff, 0, 0xfe]),
      },
    ],
    misses: [
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream' },
        body: Buffer.from([0xff, 0, 0xff]),
      },
    ],
  },
];

describe.skipIf(!hasOfficialMock)('the stub and the official mock server agree', () => {
  let folder: string;
  let official: OfficialMock;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stagegate-oracle-'));
    official = await startOfficialMock(folder);
  });
  afterAll(async () => {
    await official[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it.each(cases)('about $about', async ({ expected, version = '3', matches = [], misses = [] }) => {
    const pact = {
      consumer: { name: 'a' },
      provider: { name: 'b' },
      interactions: [
        {
          ...(version === '4' ? { type: 'Synchronous/HTTP' } : {}),
          description: 'd',
          request: expected,
          response: { status: 200 },
        },
      ],
      metadata: { pactSpecification: { version: `${version}.0` } },
    };
    const theirs = await official.serve(pact);
    await using ours = await startStub(parsePact(JSON.stringify(pact), 'a-b.json'));
    const wanted = [...matches.map(() => 200), ...misses.map(() => 500)];
    const requests = [...matches, ...misses];
    expect(await Promise.all(requests.map((one) => statusOf(theirs ?? '', one)))).toEqual(wanted);
    expect(await Promise.all(requests.map((one) => statusOf(ours.url, one)))).toEqual(wanted);
  });
});

/** `fetch` would tidy targets and add headers of its own. */
function statusOf(url: string, { method = 'GET', target = '/', headers = {}, body }: Sent): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { hostname, port } = new URL(url);
  httpRequest({
    hostname,
    port,
    method,
    path: target,
    headers: { ...headers, connection: 'close' },
    agent: false,
  })
    .on('error', reject)
    .on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
    .end(body);
  return promise;
}

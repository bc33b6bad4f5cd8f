import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { interactionWith, received } from './matching/rig.ts';
import { parsePact } from './parse-pact.ts';
import { type PactStub, startMessageStub, startStub } from './stub.ts';
import { StubIndex } from './stub-index.ts';

const stubs: PactStub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub[Symbol.asyncDispose]();
});

const pact = parsePact(
  JSON.stringify({
    consumer: { name: 'orders' },
    provider: { name: 'payments' },
    interactions: [
      {
        description: 'a charge that works',
        providerState: 'the card works',
        request: {
          method: 'POST',
          path: '/charges',
          body: { cents: 100 },
          matchingRules: { '$.body.cents': { match: 'integer' } },
        },
        response: { status: 201, headers: { 'X-Kind': 'charge' }, body: { id: 'ch-1' } },
      },
      {
        description: 'a charge that is refused',
        providerState: 'the card is refused',
        request: {
          method: 'POST',
          path: '/charges',
          body: { cents: 100 },
          matchingRules: { '$.body.cents': { match: 'integer' } },
        },
        response: { status: 402 },
      },
      {
        description: 'is it there',
        request: { method: 'GET', path: '/health' },
        response: { status: 200 },
      },
    ],
  }),
  'pacts/orders-payments.json',
);

async function start(): Promise<PactStub> {
  const stub = await startStub(pact);
  stubs.push(stub);
  return stub;
}

function charge(stub: PactStub, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${stub.url}/charges`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('startStub', () => {
  it('answers a request as the pact promises', async () => {
    const response = await charge(await start(), { cents: 250 });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-kind')).toBe('charge');
    expect(await response.json()).toEqual({ id: 'ch-1' });
  });

  it('picks among interactions of the same request by state, and still answers those without a state', async () => {
    const stub = await start();
    stub.given('the card is refused');
    expect((await charge(stub, { cents: 250 })).status).toBe(402);
    expect((await fetch(`${stub.url}/health`)).status).toBe(200);
    stub.given('the card works');
    expect((await charge(stub, { cents: 250 })).status).toBe(201);
  });

  it('refuses a state that the pact does not have', async () => {
    const stub = await start();
    expect(() => stub.given('the moon is full')).toThrow(
      'no state "the moon is full"; it has "the card works"',
    );
  });

  it('answers 500 to what the pact does not have, and keeps what was nearest', async () => {
    const stub = await start();
    const response = await charge(stub, { cents: 'many' });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ nearest: 'a charge that works' });
    expect(stub.unmatched).toMatchObject([
      {
        nearest: 'a charge that works',
        mismatches: ['body $.cents: expected an integer, but it was "many"'],
      },
    ]);
  });

  it('keeps the requests that came, oldest first', async () => {
    const stub = await start();
    await charge(stub, { cents: 1 });
    await fetch(`${stub.url}/health`);
    expect(stub.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /charges',
      'GET /health',
    ]);
    stub.reset();
    expect(stub.requests).toEqual([]);
  });

  it('will not serve a rule that it cannot apply', async () => {
    const strange = parsePact(
      JSON.stringify({
        consumer: { name: 'a' },
        provider: { name: 'b' },
        interactions: [
          {
            description: 'd',
            request: {
              method: 'GET',
              path: '/',
              matchingRules: { body: { $: { matchers: [{ match: 'ofAPlugin' }] } } },
            },
            response: {},
          },
        ],
      }),
      'pacts/a-b.json',
    );
    await expect(startStub(strange)).rejects.toMatchObject({
      code: 'SG_PACT_INVALID',
      message: 'pacts/a-b.json: "d": a stub cannot apply the matcher "ofAPlugin"',
    });
  });
});

/** A stub for interactions as version 4 writes them. */
async function serve(...interactions: readonly object[]): Promise<PactStub> {
  const text = JSON.stringify({
    consumer: { name: 'a' },
    provider: { name: 'b' },
    interactions: interactions.map((one, index) => ({
      type: 'Synchronous/HTTP',
      description: `d${index}`,
      ...one,
    })),
    metadata: { pactSpecification: { version: '4.0' } },
  });
  const stub = await startStub(parsePact(text, 'pacts/a-b.json'));
  stubs.push(stub);
  return stub;
}

/** Sends a request line as it is, which `fetch` would tidy. */
async function status(stub: PactStub, target: string, body = '', headers = ''): Promise<string> {
  const socket = connect(Number(new URL(stub.url).port), '127.0.0.1');
  const length = Buffer.byteLength(body);
  socket.end(
    `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}Content-Length: ${length}\r\n\r\n${body}`,
  );
  return (await buffer(socket)).toString('latin1').slice(9, 12);
}

describe('a stub that is sent odd things', () => {
  const anything = { request: { method: 'POST', path: '/x' }, response: { status: 200 } };

  it.each(['//[', '/%', '*', '/%ff?%ff=%', 'http://x:99999/y'])('answers the target %s', async (target) => {
    expect(await status(await serve(anything), target)).toBe('500');
  });

  it('answers JSON that is nested 3,000 deep, and text that takes other engines an age', async () => {
    const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`;
    const expected = {
      request: {
        method: 'POST',
        path: '/x',
        headers: { 'content-type': ['application/json'] },
        body: { content: { a: 'aa' }, contentType: 'application/json', encoded: false },
        matchingRules: { body: { '$.a': { matchers: [{ match: 'regex', regex: '(?=a)(a+)+$' }] } } },
      },
      response: { status: 200 },
    };
    const stub = await serve(expected);
    const json = 'Content-Type: application/json\r\n';
    expect(await status(stub, '/x', deep, json)).toBe('500');
    expect(await status(stub, '/x', JSON.stringify({ a: `${'a'.repeat(40)}!` }), json)).toBe('500');
    expect(await status(stub, '/x', JSON.stringify({ a: 'aaa' }), json)).toBe('200');
  });

  it('sends bytes as they are, and headers beyond ASCII as UTF-8', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]);
    const content = { content: bytes.toString('base64'), contentType: 'image/png', encoded: 'base64' };
    const headers = { 'X-City': ['Zürich 文'], 'Content-Type': ['image/png'], 'Content-Length': ['999'] };
    const stub = await serve({
      request: { method: 'GET', path: '/x' },
      response: { status: 200, headers, body: content },
    });
    const response = await fetch(`${stub.url}/x`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(Buffer.from(response.headers.get('x-city') ?? '', 'latin1').toString('utf8')).toBe('Zürich 文');
  });

  it('says what cannot be sent instead of falling over', async () => {
    const headers = { 'X-A': ['a\nb'] };
    const stub = await serve({ request: { method: 'POST', path: '/x' }, response: { status: 200, headers } });
    expect(await status(stub, '/x')).toBe('500');
    expect(stub.unmatched[0]?.mismatches[0]).toMatch(
      'the answer in the pact cannot be sent: Invalid character',
    );
  });
});

it('tells states of one name apart by their parameters', async () => {
  const order = (id: string, total: number) => ({
    providerStates: [{ name: 'there is an order', params: { id } }],
    request: { method: 'GET', path: '/order' },
    response: { status: 200, body: { content: { total }, contentType: 'application/json', encoded: false } },
  });
  const stub = await serve(order('1', 10), order('2', 20));
  stub.given({ name: 'there is an order', params: { id: '2' } });
  expect(await (await fetch(`${stub.url}/order`)).json()).toEqual({ total: 20 });
  expect(() => stub.given({ name: 'there is an order', params: { id: '3' } })).toThrow(
    'has no state "there is an order" with {"id":"3"}',
  );
});

it('answers by the interaction that says most about the request', async () => {
  const stub = await serve(
    { request: { method: 'GET', path: '/x' }, response: { status: 200 } },
    { request: { method: 'GET', path: '/x', headers: { 'X-Plan': ['b'] } }, response: { status: 202 } },
  );
  expect((await fetch(`${stub.url}/x`, { headers: { 'x-plan': 'b' } })).status).toBe(202);
  expect((await fetch(`${stub.url}/x`)).status).toBe(200);
});

it('finds one interaction of a thousand in under a millisecond', () => {
  const interactions = Array.from({ length: 1000 }, (_, index) =>
    interactionWith({ path: `/things/${index}`, body: { n: index } }),
  );
  const index = new StubIndex(interactions);
  const request = received({
    path: '/things/999',
    headers: { 'content-type': 'application/json' },
    body: '{"n":999}',
  });
  expect(index.decide(request, []).kind).toBe('answer');
  const started = performance.now();
  for (let round = 0; round < 200; round += 1) index.decide(request, []);
  expect((performance.now() - started) / 200).toBeLessThan(1);
});

describe('startMessageStub', () => {
  const events = parsePact(
    JSON.stringify({
      consumer: { name: 'notifications' },
      provider: { name: 'orders' },
      interactions: [
        {
          type: 'Asynchronous/Messages',
          description: 'order-placed',
          contents: {
            content: { type: 'order-placed', cents: 1 },
            contentType: 'application/json',
            encoded: false,
          },
          matchingRules: { body: { '$.cents': { combine: 'AND', matchers: [{ match: 'integer' }] } } },
        },
      ],
    }),
    'pacts/notifications-orders.json',
  );

  it('accepts a message that the pact describes, also with more in it, and keeps it', async () => {
    const stub = await startMessageStub(events);
    stubs.push(stub);
    const body = JSON.stringify({ type: 'order-placed', cents: 990, more: true });
    expect((await fetch(`${stub.url}/events`, { method: 'POST', body })).status).toBe(202);
    expect(stub.requests).toMatchObject([{ path: '/events', body }]);
    expect(stub.unmatched).toEqual([]);
  });

  it('refuses a message that is otherwise than its consumer expects', async () => {
    const stub = await startMessageStub(events);
    stubs.push(stub);
    const body = JSON.stringify({ type: 'order-placed', cents: '9.90' });
    expect((await fetch(stub.url, { method: 'POST', body })).status).toBe(500);
    expect(stub.unmatched).toMatchObject([
      { mismatches: ['message $.cents: expected an integer, but it was "9.90"'] },
    ]);
  });

  const withMetadata = parsePact(
    JSON.stringify({
      consumer: { name: 'a' },
      provider: { name: 'b' },
      interactions: [
        {
          type: 'Asynchronous/Messages',
          description: 'm',
          contents: { content: { n: 1 }, contentType: 'application/json', encoded: false },
          metadata: { topic: 'orders', key: 'k1' },
          matchingRules: {
            content: { '$.n': { matchers: [{ match: 'integer' }] } },
            metadata: { key: { matchers: [{ match: 'regex', regex: 'k\\d' }] } },
          },
        },
      ],
      metadata: { pactSpecification: { version: '4.0' } },
    }),
    'pacts/a-b.json',
  );

  it.each([
    ['as expected', '{"n":7}', { topic: 'orders', key: 'k7' }, 202],
    ['with other contents', '{"n":"7"}', { topic: 'orders', key: 'k7' }, 500],
    ['that is not JSON', 'n=7', { topic: 'orders', key: 'k7' }, 500],
    ['with other metadata', '{"n":7}', { topic: 'stock', key: 'k7' }, 500],
    ['without metadata', '{"n":7}', {}, 500],
  ])('judges a message %s', async (_what, body, metadata, wanted) => {
    const stub = await startMessageStub(withMetadata);
    stubs.push(stub);
    const together = Buffer.from(JSON.stringify(metadata)).toString('base64');
    const json = { 'content-type': 'application/json' };
    const asHeaders = { ...json, ...metadata };
    const asOne = { ...json, 'pact-message-metadata': together };
    for (const headers of [asHeaders, asOne]) {
      expect((await fetch(stub.url, { method: 'POST', headers, body })).status).toBe(wanted);
    }
  });

  it('refuses contents of another type', async () => {
    const stub = await startMessageStub(withMetadata);
    stubs.push(stub);
    const headers = { 'content-type': 'application/xml', topic: 'orders', key: 'k1' };
    expect((await fetch(stub.url, { method: 'POST', headers, body: '<n/>' })).status).toBe(500);
  });
});

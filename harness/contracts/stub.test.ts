import { afterEach, describe, expect, it } from 'vitest';
import { parsePact } from './parse-pact.ts';
import { type PactStub, startMessageStub, startStub } from './stub.ts';

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
  return fetch(`${stub.url}/charges`, { method: 'POST', body: JSON.stringify(body) });
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
              matchingRules: { body: { $: { matchers: [{ match: 'arrayContains' }] } } },
            },
            response: {},
          },
        ],
      }),
      'pacts/a-b.json',
    );
    await expect(startStub(strange)).rejects.toMatchObject({
      code: 'SG_PACT_INVALID',
      message: 'pacts/a-b.json: "d": a stub cannot apply the matcher "arrayContains"',
    });
  });
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
});

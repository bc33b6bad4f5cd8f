import { describe, expect, it } from 'vitest';
import { StagegateError } from '../model/index.ts';
import { statesOf } from './pact.ts';
import { parsePact } from './parse-pact.ts';

const participants = { consumer: { name: 'orders' }, provider: { name: 'inventory' } };
const request = { method: 'post', path: '/reservations' };

function read(content: object) {
  return parsePact(JSON.stringify({ ...participants, ...content }), 'pacts/x.json');
}

function problemsOf(text: string): readonly string[] {
  try {
    parsePact(text, 'pacts/x.json');
  } catch (error) {
    expect(error).toBeInstanceOf(StagegateError);
    if (error instanceof StagegateError) {
      expect(error.code).toBe('SG_PACT_INVALID');
      return error.problems;
    }
  }
  return [];
}

describe('parsePact', () => {
  it.each([
    ['version 2', { body: { sku: 'a' }, matchingRules: { '$.body.sku': { match: 'type' } } }],
    [
      'version 3',
      { body: { sku: 'a' }, matchingRules: { body: { '$.sku': { matchers: [{ match: 'type' }] } } } },
    ],
    [
      'version 4',
      {
        body: { content: { sku: 'a' }, contentType: 'application/json', encoded: false },
        matchingRules: { body: { '$.sku': { matchers: [{ match: 'type' }] } } },
      },
    ],
  ])('reads the same request from %s', (_version, content) => {
    const pact = read({
      interactions: [
        { description: 'reserves', request: { ...request, ...content }, response: { status: 201 } },
      ],
    });
    const found = pact.interactions[0]?.request;
    expect(found).toMatchObject({
      method: 'POST',
      body: { kind: 'present', bytes: Buffer.from('{"sku":"a"}') },
    });
    expect(found?.rules.body.select(['sku'])).toEqual({
      combine: 'AND',
      cascaded: false,
      rules: [{ kind: 'type' }],
    });
  });

  it('reads a query written as text and as lists alike', () => {
    const queryOf = (query: unknown) =>
      read({ interactions: [{ description: 'd', request: { ...request, query }, response: {} }] })
        .interactions[0]?.request.query ?? [];
    expect(Object.fromEntries(queryOf('a=1&a=2&b=x%20y'))).toEqual({ a: ['1', '2'], b: ['x y'] });
    expect(Object.fromEntries(queryOf({ a: ['1', '2'], b: 'x y' }))).toEqual({ a: ['1', '2'], b: ['x y'] });
  });

  it('names every provider state once, from interactions and messages, old and new spelling', () => {
    const response = { status: 200 };
    const pact = read({
      interactions: [
        { description: 'a', providerState: 'stock is 5', request, response },
        {
          description: 'b',
          providerStates: [{ name: 'stock is 0' }, { name: 'stock is 5' }],
          request,
          response,
        },
      ],
      messages: [{ description: 'm', providerStates: [{ name: 'an order was placed' }] }],
    });
    expect(statesOf(pact)).toEqual(['stock is 5', 'stock is 0', 'an order was placed']);
  });

  it('tells messages of version 4 from its requests', () => {
    const pact = read({
      interactions: [
        { type: 'Asynchronous/Messages', description: 'order placed', contents: {} },
        { type: 'Synchronous/HTTP', description: 'reserves', request, response: { status: 201 } },
      ],
    });
    expect(pact.messages.map((message) => message.description)).toEqual(['order placed']);
    expect(pact.interactions.map((interaction) => interaction.description)).toEqual(['reserves']);
  });

  it.each([
    ['text that is not JSON', '{"consumer"', /^pacts\/x\.json: not JSON: /],
    ['a pact without a provider', '{"consumer":{"name":"a"}}', /^pacts\/x\.json: provider: /],
    [
      'an interaction without a response',
      JSON.stringify({ ...participants, interactions: [{ description: 'd', request }] }),
      /^pacts\/x\.json: interactions\[0\]\.response: missing/,
    ],
    [
      'a path that is no text',
      JSON.stringify({
        ...participants,
        interactions: [{ description: 'd', request: { path: 7 }, response: {} }],
      }),
      /^pacts\/x\.json: interactions\[0\]\.request\.path: /,
    ],
  ])('refuses %s and names file and key', (_what, text, problem) => {
    expect(problemsOf(text)[0]).toMatch(problem);
  });
});

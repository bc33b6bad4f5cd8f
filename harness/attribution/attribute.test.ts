import { expect, test } from 'vitest';
import type { Incident } from '../model/index.ts';
import { attribute, type ObservedRequest, type Question } from './index.ts';

const topology = { gateway: ['catalog', 'orders'], orders: ['inventory', 'payments'], catalog: [] };
const tag = '01234567-89ab-4cde-';
let ended = 0;

function request(service: string, change: Partial<ObservedRequest> = {}): ObservedRequest {
  ended += 1;
  return {
    seq: ended,
    atMs: 1000,
    durationMs: 10,
    appId: `/staging/shop/${service}`,
    taskId: `${service}.1`,
    method: 'POST',
    path: '/orders',
    status: 200,
    failure: null,
    requestId: `${tag}1`,
    ...change,
  };
}

function ask(observed: Partial<Question['observed']>, changed: readonly string[] | null = null) {
  const nothing = { requests: [], incidents: [], logLines: [] };
  return attribute({
    tag,
    topology,
    observed: { ...nothing, ...observed },
    changed: changed === null ? null : new Set(changed),
  });
}

const died: Incident = {
  what: 'died',
  service: 'orders',
  environment: 'staging',
  appId: '/staging/shop/orders',
  taskId: 'orders.1',
  message: 'TASK_FAILED: Command exited with status 1',
  at: '2026-11-22T12:00:00.000Z',
  printed: 'out of memory',
};

test('of a chain of errors, the service that called no other failing one is to blame', () => {
  const requests = [
    request('inventory', { path: '/reservations', status: 500 }),
    request('orders', { status: 503, atMs: 990, durationMs: 30 }),
    request('gateway', { status: 503, atMs: 980, durationMs: 50 }),
  ];
  expect(ask({ requests })).toMatchObject({
    service: 'inventory',
    because: 'it answered 500 to POST /reservations',
  });
});

test.each([
  [{ status: 502, failure: 'reset' }, 'it broke the connection of POST /orders'],
  [{ status: 503, failure: 'no-backend' }, 'it had no healthy task for POST /orders'],
  [
    { status: null, failure: 'client-left', durationMs: 3000 },
    'it had not answered POST /orders when its caller gave up after 3000 ms',
  ],
])('an inner request that ended as %j is the cause of the outer 503', (change, because) => {
  const requests = [
    request('orders', change),
    request('gateway', { status: 503, atMs: 900, durationMs: 4000 }),
  ];
  expect(ask({ requests })).toMatchObject({ service: 'orders', because });
});

test('what the service logged about the request and how its task died are part of the reason', () => {
  const cause = ask({
    requests: [
      request('orders', { status: 502, failure: 'reset' }),
      request('gateway', { status: 503, atMs: 1 }),
    ],
    incidents: [died],
    logLines: [
      {
        service: 'orders',
        requestId: `${tag}1`,
        text: '{"level":"error","message":"request failed","error":"relation \\"orders\\" does not exist\\n at x"}',
      },
    ],
  });
  expect(cause?.because).toBe(
    'it broke the connection of POST /orders; relation "orders" does not exist; its task ended: TASK_FAILED: Command exited with status 1; it printed: out of memory',
  );
});

test('an inner failure that a retry mended is no cause', () => {
  const requests = [
    request('inventory', { status: 500 }),
    request('gateway', { atMs: 900, durationMs: 200 }),
  ];
  expect(ask({ requests })).toBeNull();
});

test('requests of other tests are no evidence', () => {
  expect(
    ask({
      requests: [request('orders', { status: 500, requestId: 'ffffffff-ffff-4fff-8000-000000000001' })],
    }),
  ).toBeNull();
});

test('a neighbour that answered an error of the caller may share the fault, if it changed', () => {
  const requests = [
    request('inventory', { path: '/reservations', status: 404 }),
    request('orders', { status: 502, atMs: 990, durationMs: 30 }),
  ];
  expect(ask({ requests })).toMatchObject({ service: 'orders', suspects: ['inventory'] });
  expect(ask({ requests }, ['orders'])).toMatchObject({ service: 'orders', suspects: [] });
  expect(ask({ requests }, ['inventory'])).toMatchObject({
    service: 'inventory',
    because: expect.stringMatching(/^it changed, and orders, which did not/),
  });
});

test('without an error, the death of a task that the test asked is the cause', () => {
  expect(ask({ requests: [request('orders')], incidents: [died] })).toMatchObject({
    service: 'orders',
    because: expect.stringMatching(/^its task ended/),
  });
  expect(ask({ requests: [request('catalog')], incidents: [died] })).toBeNull();
});

test('without any trace, the only service that changed is the cause, and of several none', () => {
  expect(ask({}, ['payments'])).toMatchObject({ service: 'payments' });
  expect(ask({}, ['payments', 'orders'])).toBeNull();
});

import { expect, test } from 'vitest';
import { createApp } from '../../../services/inventory/src/app.ts';
import type { Stock } from '../../../services/inventory/src/stock.ts';
import { ask } from '../../support/ask.ts';
import { quiet } from '../../support/http-options.ts';

const id = '5a2c1f0e-8f4d-4c7b-9a51-0d7b0a5f3c11';
const line = { sku: 'A', quantity: 2 };

/** An inventory whose stock answers as given; what it is not given it must not be asked. */
function appWith(stock: Partial<Stock>) {
  return createApp({ stock: stock as Stock, ...quiet() });
}

test('a reservation that could be made is answered with 201 and its lines', async () => {
  const app = appWith({
    reserve: async ({ id, lines }) => ({ kind: 'reserved', reservation: { id, status: 'held', lines } }),
  });
  const answer = await ask(app, 'POST', '/reservations', { id, lines: [line] });
  expect(answer).toMatchObject({ status: 201, body: { id, status: 'held', lines: [line] } });
});

test('missing stock is a conflict that says how much of what there is', async () => {
  const shortages = [{ sku: 'A', wanted: 2, available: 1 }];
  const app = appWith({ reserve: async () => ({ kind: 'out-of-stock', shortages }) });
  const answer = await ask(app, 'POST', '/reservations', { id, lines: [line] });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'out_of_stock', shortages } } });
});

test('an id used for something else is a conflict of another kind', async () => {
  const reservation = { id, status: 'released', lines: [] } as const;
  const app = appWith({ reserve: async () => ({ kind: 'conflict', reservation }) });
  const answer = await ask(app, 'POST', '/reservations', { id, lines: [line] });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'reservation_conflict' } } });
});

test.each([
  [{ kind: 'unknown' }, 404, 'reservation_not_found'],
  [{ kind: 'released' }, 409, 'reservation_released'],
] as const)('confirming what is %o answers %i', async (outcome, status, code) => {
  const app = appWith({ confirm: async () => outcome });
  const answer = await ask(app, 'POST', `/reservations/${id}/confirm`);
  expect(answer).toMatchObject({ status, body: { error: { code } } });
});

test('a stock level says what is available', async () => {
  const app = appWith({ find: async (sku) => ({ sku, onHand: 5, reserved: 3 }) });
  const level = { sku: 'A', onHand: 5, reserved: 3, available: 2 };
  expect(await ask(app, 'GET', '/stock/A')).toMatchObject({ status: 200, body: level });
});

test('a count below what is reserved is refused', async () => {
  const app = appWith({ count: async () => undefined });
  const answer = await ask(app, 'PUT', '/stock/A', { onHand: 1 });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'stock_reserved' } } });
});

test.each([
  ['no lines', { id, lines: [] }],
  ['a quantity of nothing', { id, lines: [{ ...line, quantity: 0 }] }],
  ['a negative quantity', { id, lines: [{ ...line, quantity: -1 }] }],
  ['an id that is not a UUID', { id: 'order-1', lines: [line] }],
])('a reservation with %s is refused before anything is asked', async (_, body) => {
  const answer = await ask(appWith({}), 'POST', '/reservations', body);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
});

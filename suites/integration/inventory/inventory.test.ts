import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import supertest from 'supertest';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/inventory/src/app.ts';
import { migrations } from '../../../services/inventory/src/migrations.ts';
import { PostgresStock } from '../../../services/inventory/src/postgres-stock.ts';
import { openDatabase } from '../../support/database.ts';
import { quiet } from '../../support/http-options.ts';
import { serverOf } from '../../support/listen.ts';
import { migrationTests } from '../../support/migrations.ts';

describe('the schema', () => {
  migrationTests('inventory', migrations);

  test('cannot be oversold, whatever the service thinks', async () => {
    const sql = await openDatabase('inventory', migrations);
    const oversell = sql`insert into stock (sku, on_hand, reserved) values ('A', 1, 2)`;
    await expect(oversell).rejects.toThrow('never_oversold');
  });
});

describe('stock on PostgreSQL', () => {
  let sql: Sql;
  let stock: PostgresStock;
  beforeAll(async () => {
    sql = await openDatabase('inventory', migrations);
    stock = new PostgresStock(sql);
  });
  beforeEach(() => sql`truncate stock, reservations, reservation_lines`);

  const reserve = (sku: string, quantity: number, id: string = randomUUID()) =>
    stock.reserve({ id, lines: [{ sku, quantity }] });

  test('twenty shoppers reserving the last ten get ten, and ten are told it is gone', async () => {
    await stock.count('A', 10);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => reserve('A', 1)));
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'reserved')).toHaveLength(10);
    expect(kinds.filter((kind) => kind === 'out-of-stock')).toHaveLength(10);
    expect(await stock.find('A')).toEqual({ sku: 'A', onHand: 10, reserved: 10 });
  });

  test('shoppers who want the same goods in another order do not block each other', async () => {
    await stock.count('A', 100);
    await stock.count('B', 100);
    const [a, b] = [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1 },
    ];
    const wishes = Array.from({ length: 20 }, (_, index) => (index % 2 ? [a, b] : [b, a]));
    const outcomes = await Promise.all(wishes.map((lines) => stock.reserve({ id: randomUUID(), lines })));
    expect(outcomes.every(({ kind }) => kind === 'reserved')).toBe(true);
    expect(await stock.find('B')).toMatchObject({ reserved: 20 });
  });

  test('a reservation asked for five times at once is made once', async () => {
    await stock.count('A', 10);
    const id = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => reserve('A', 3, id)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('reserved'));
    expect(await stock.find('A')).toMatchObject({ reserved: 3 });
  });

  test('an id stands for its lines', async () => {
    await stock.count('A', 10);
    const id = randomUUID();
    await reserve('A', 3, id);
    expect(await reserve('A', 4, id)).toMatchObject({ kind: 'conflict' });
  });

  test('all lines are reserved or none, and the id is free again', async () => {
    await stock.count('A', 10);
    const id = randomUUID();
    const lines = [
      { sku: 'A', quantity: 1 },
      { sku: 'GONE', quantity: 1 },
    ];
    const shortages = [{ sku: 'GONE', wanted: 1, available: 0 }];
    expect(await stock.reserve({ id, lines })).toEqual({ kind: 'out-of-stock', shortages });
    expect(await stock.find('A')).toMatchObject({ reserved: 0 });
    expect(await reserve('A', 1, id)).toMatchObject({ kind: 'reserved' });
  });

  test.each([
    ['confirming takes the goods away', ['confirm'], { onHand: 7, reserved: 0 }],
    ['confirming twice takes them once', ['confirm', 'confirm'], { onHand: 7, reserved: 0 }],
    ['releasing frees them', ['release'], { onHand: 10, reserved: 0 }],
    ['releasing twice frees them once', ['release', 'release'], { onHand: 10, reserved: 0 }],
    ['releasing what was confirmed puts them back', ['confirm', 'release'], { onHand: 10, reserved: 0 }],
  ] as const)('%s', async (_, steps, level) => {
    await stock.count('A', 10);
    const id = randomUUID();
    await reserve('A', 3, id);
    for (const step of steps) await stock[step](id);
    expect(await stock.find('A')).toMatchObject(level);
  });

  test('confirming and releasing at once ends released, with all goods on the shelf', async () => {
    await stock.count('A', 10);
    const id = randomUUID();
    await reserve('A', 3, id);
    await Promise.all([stock.confirm(id), stock.release(id), stock.confirm(id)]);
    expect(await stock.confirm(id)).toEqual({ kind: 'released' });
    expect(await stock.find('A')).toMatchObject({ onHand: 10, reserved: 0 });
  });

  test('a reservation that arrives after its release holds nothing', async () => {
    await stock.count('A', 10);
    const id = randomUUID();
    expect(await stock.release(id)).toMatchObject({ status: 'released' });
    expect(await reserve('A', 1, id)).toMatchObject({ kind: 'conflict' });
    expect(await stock.find('A')).toMatchObject({ reserved: 0 });
  });

  test('a count below what is reserved changes nothing', async () => {
    await stock.count('A', 10);
    await reserve('A', 5);
    expect(await stock.count('A', 4)).toBeUndefined();
    expect(await stock.count('A', 5)).toEqual({ sku: 'A', onHand: 5, reserved: 5 });
  });

  test('the API speaks of all this with the agreed status codes', async () => {
    const api = supertest(serverOf(createApp({ stock, ...quiet() })));
    const id = randomUUID();
    const lines = [{ sku: 'A', quantity: 2 }];
    await api.get('/stock/A').expect(404);
    await api
      .put('/stock/A')
      .send({ onHand: 2 })
      .expect(200, { sku: 'A', onHand: 2, reserved: 0, available: 2 });
    await api.post('/reservations').send({ id, lines }).expect(201, { id, status: 'held', lines });
    const late = await api.post('/reservations').send({ id: randomUUID(), lines }).expect(409);
    expect(late.body.error.shortages).toEqual([{ sku: 'A', wanted: 2, available: 0 }]);
    await api.post(`/reservations/${id}/confirm`).expect(200, { id, status: 'confirmed', lines });
    await api.post(`/reservations/${randomUUID()}/confirm`).expect(404);
    await api.post(`/reservations/${id}/release`).expect(200, { id, status: 'released', lines });
    await api.post(`/reservations/${id}/confirm`).expect(409);
    await api.get('/stock/A').expect(200, { sku: 'A', onHand: 2, reserved: 0, available: 2 });
  });
});

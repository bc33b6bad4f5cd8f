import type { Sql } from 'postgres';
import supertest from 'supertest';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/catalog/src/app.ts';
import { connect, migrate } from '../../../services/catalog/src/chassis/database.ts';
import { migrations } from '../../../services/catalog/src/migrations.ts';
import { PostgresProducts } from '../../../services/catalog/src/postgres-products.ts';
import { openDatabase } from '../../support/database.ts';
import { quiet } from '../../support/http-options.ts';
import { serverOf } from '../../support/listen.ts';
import { migrationTests } from '../../support/migrations.ts';

const tea = { sku: 'TEA-1', name: 'Earl Grey', priceCents: 495, taxPercent: 7, description: 'With bergamot' };

describe('the schema', () => {
  migrationTests('catalog', migrations);

  test('takes what version 1 writes, after version 2 was applied', async () => {
    const sql = await openDatabase('catalog', migrations.slice(0, 1));
    const insert = (sku: string) =>
      sql`insert into products (sku, name, price_cents, tax_percent) values (${sku}, 'Old', 1, 0)`;
    await insert('BEFORE');
    await migrate(sql, migrations);
    await insert('AFTER');
    const list = await new PostgresProducts(sql).list({ sku: [], limit: 9 });
    expect(list.map(({ sku, description }) => ({ sku, description }))).toEqual([
      { sku: 'AFTER', description: '' },
      { sku: 'BEFORE', description: '' },
    ]);
  });

  test('holds no price of nothing, whatever the service thinks', async () => {
    const sql = await openDatabase('catalog', migrations);
    const insert = sql`insert into products (sku, name, price_cents, tax_percent) values ('A', 'A', 0, 0)`;
    await expect(insert).rejects.toThrow('price_cents');
  });
});

describe('the API on PostgreSQL', () => {
  let sql: Sql;
  beforeAll(async () => {
    sql = await openDatabase('catalog', migrations);
  });
  beforeEach(() => sql`truncate products`);
  const api = () => {
    const products = new PostgresProducts(sql);
    return supertest(serverOf(createApp({ products, ...quiet(), ready: () => sql`select 1` })));
  };

  test('keeps a product with every field', async () => {
    await api().post('/products').send(tea).expect(201, tea).expect('location', '/products/TEA-1');
    await api().get('/products/TEA-1').expect(200, tea);
  });

  test('lets one of many that add the same SKU win', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const answers = await Promise.all(
      names.map((name) =>
        api()
          .post('/products')
          .send({ ...tea, name }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    const winner = answers.find(({ status }) => status === 201)?.body;
    await api().get('/products/TEA-1').expect(200, winner);
  });

  test('changes what is named and leaves the rest', async () => {
    await api().post('/products').send(tea);
    await api()
      .patch('/products/TEA-1')
      .send({ priceCents: 525 })
      .expect(200, { ...tea, priceCents: 525 });
    await api()
      .patch('/products/TEA-1')
      .send({ description: '' })
      .expect(200, { ...tea, priceCents: 525, description: '' });
    await api().patch('/products/NONE').send({ priceCents: 525 }).expect(404);
  });

  test('pages through all products by SKU, each once', async () => {
    const skus = ['B-2', 'A-10', 'A-9', 'B', 'A-1'];
    for (const sku of skus)
      await api()
        .post('/products')
        .send({ ...tea, sku })
        .expect(201);
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const { body } = await api()
        .get(`/products?limit=2${after && `&after=${after}`}`)
        .expect(200);
      seen.push(...body.products.map((product: { sku: string }) => product.sku));
      if (!body.next) break;
      after = body.next;
    }
    expect(seen).toEqual(['A-1', 'A-10', 'A-9', 'B', 'B-2']);
  });

  test('finds the named products', async () => {
    for (const sku of ['A', 'B', 'C'])
      await api()
        .post('/products')
        .send({ ...tea, sku });
    const { body } = await api().get('/products?sku=C&sku=A&sku=NONE').expect(200);
    expect(body.products).toEqual([
      { ...tea, sku: 'A' },
      { ...tea, sku: 'C' },
    ]);
  });

  test('is ready while the database answers, and only then', async () => {
    await api().get('/health/ready').expect(200);
    const gone = connect('postgres://nobody@127.0.0.1:1/none');
    const app = createApp({ products: new PostgresProducts(gone), ...quiet(), ready: () => gone`select 1` });
    await supertest(serverOf(app)).get('/health/ready').expect(503);
    await supertest(serverOf(app)).get('/health/live').expect(200);
  });
});

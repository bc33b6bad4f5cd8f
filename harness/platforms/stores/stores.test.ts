import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoreKind, StoreSpec } from '../../model/index.ts';
import { mysql } from './kinds/mysql.ts';
import { nats } from './kinds/nats.ts';
import { rabbitmq } from './kinds/rabbitmq.ts';
import { redis } from './kinds/redis.ts';
import type { StoreRecipe } from './recipe.ts';
import { speak } from './speak.ts';
import { findProgram } from './start-program.ts';
import type { StoreAccess } from './store.ts';
import { storeSpec } from './store-fixture.ts';
import { type Stores, startStores } from './stores.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-stores-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function start(...specs: StoreSpec[]): Promise<Stores> {
  return startStores(specs, {
    runtime: 'process',
    folder,
    logs: folder,
    marker: { STAGEGATE_RUN: 'test' },
    root: folder,
    onPassword: () => {},
    signal: new AbortController().signal,
  });
}

async function part(
  stores: Stores,
  store: string,
  environment: string,
  service = 'orders',
): Promise<StoreAccess> {
  const access = await stores.access(store, { environment, service });
  if (access === null) throw new Error(`no store ${store}`);
  return access;
}

const address = ({ local }: StoreAccess) => ({ host: local.host, port: Number(local.port) });

/** A title that says so when the program is not there; then the test is skipped. */
async function withProgram(recipe: StoreRecipe): Promise<typeof test | typeof test.skip> {
  return (await findProgram(recipe)) === null ? test.skip : test;
}
const testRedis = await withProgram(redis);
const testMysql = await withProgram(mysql);
const testNats = await withProgram(nats);
const testRabbit = await withProgram(rabbitmq);

describe('a store from a program on the PATH', () => {
  testRedis('Redis: an environment has a server of its own, and nothing is left at the end', async () => {
    {
      await using stores = await start(storeSpec('redis', { dedicated: true, open: true }));
      const [dev, staging] = [await part(stores, 'redis', 'dev'), await part(stores, 'redis', 'staging')];
      expect((await part(stores, 'redis', 'dev', 'catalog')).local.port).toBe(dev.local.port);
      expect(staging.local.port).not.toBe(dev.local.port);
      expect(await speak(address(dev), 'SET a 1\r\n')).toBe('+OK\r\n');
      expect(await speak(address(staging), 'GET a\r\n')).toBe('$-1\r\n');
    }
    expect((await readdir(folder)).sort()).toEqual(['redis-2.log', 'redis.log']);
  });

  testRedis(
    'Redis asks for its password where services are given one, and begins with a script',
    async () => {
      await writeFile(join(folder, 'seed.redis'), '# stock\nSET stock 7\n');
      const spec = storeSpec('redis', { dedicated: true, init: [join(folder, 'seed.redis')] });
      await using stores = await start(spec);
      const dev = await part(stores, 'redis', 'dev');
      expect(dev.local.url).toBe(`redis://:${dev.local.password}@127.0.0.1:${dev.local.port}/0`);
      expect(await speak(address(dev), 'GET stock\r\n')).toMatch(/^-NOAUTH/);
      const answer = await speak(address(dev), `AUTH ${dev.local.password}\r\nGET stock\r\n`, (text) =>
        text.includes('7'),
      );
      expect(answer).toContain('$1\r\n7');
    },
  );

  testMysql(
    'MySQL: each part is a database with a user that may not enter another',
    { timeout: 60_000 },
    async () => {
      await writeFile(
        join(folder, 'schema.sql'),
        'create table items (id int); insert into items values (1), (2);',
      );
      const spec = storeSpec('mysql', {
        shared: false,
        init: [join(folder, 'schema.sql')],
        seed: 'test -n "$STORE_DATABASE"',
      });
      await using stores = await start(spec);
      const [dev, staging] = [await part(stores, 'mysql', 'dev'), await part(stores, 'mysql', 'staging')];
      const connection = await createConnection(dev.local.url);
      const [rows] = await connection.query('select count(*) as n from items');
      expect(rows).toEqual([{ n: 2 }]);
      await expect(connection.query(`select * from ${staging.local.database}.items`)).rejects.toThrow(
        /denied/,
      );
      await connection.end();
    },
  );

  testNats('NATS answers, each environment with a server of its own', async () => {
    await using stores = await start(storeSpec('nats', { dedicated: true }));
    const dev = await part(stores, 'nats', 'dev');
    expect(await speak(address(dev), '')).toMatch(/^INFO /);
    expect(dev.local.url).toBe(`nats://127.0.0.1:${dev.local.port}`);
  });

  testRabbit(
    'RabbitMQ: each part is a virtual host with a user of its own',
    { timeout: 90_000 },
    async () => {
      await using stores = await start(storeSpec('rabbitmq'));
      const dev = await part(stores, 'rabbitmq', 'dev');
      expect(dev.local).toMatchObject({ user: 'dev', database: 'dev' });
      expect(dev.local.url).toMatch(/^amqp:\/\/dev:.+@127\.0\.0\.1:\d+\/dev$/);
    },
  );
});

const absent: readonly (readonly [StoreKind, RegExp])[] = [
  [
    'mongo',
    /stores\.mongo: MongoDB cannot be had here: none of mongod is on the PATH; .*Install it \(.*\), or write stores\.mongo\.url/,
  ],
  [
    'kafka',
    /stores\.kafka: Kafka cannot be had here: (no Docker engine answers|a Docker engine answers, but: .*)\. Install it/,
  ],
];

test.each(absent)(
  'a %s that cannot be had says what was tried and what to install',
  async (kind, message) => {
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      await expect(start(storeSpec(kind))).rejects.toThrow(message);
    } finally {
      process.env.PATH = PATH;
    }
  },
);

test('a server by URL is used as the URL says', async () => {
  await using stores = await start(storeSpec('rabbitmq', { url: 'amqp://u:p@mq.example:5672/shop' }));
  const { task } = await part(stores, 'rabbitmq', 'dev');
  expect(task).toMatchObject({
    host: 'mq.example',
    port: '5672',
    user: 'u',
    password: 'p',
    database: 'shop',
  });
});

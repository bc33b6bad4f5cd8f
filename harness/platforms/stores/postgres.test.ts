import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostgresOptions, startPostgres, startStores } from './index.ts';
import { storeSpec } from './store-fixture.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-stores-'));
  await chmod(folder, 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function options(change: Partial<PostgresOptions> = {}): PostgresOptions {
  return {
    runtime: 'process',
    folder,
    logFile: join(folder, 'postgres.log'),
    marker: { STAGEGATE_RUN: 'test' },
    signal: new AbortController().signal,
    ...change,
  };
}

async function nameOfDatabase(url: string): Promise<unknown> {
  const sql = postgres(url, { max: 1 });
  try {
    return (await sql`select current_database() as name`)[0]?.name;
  } finally {
    await sql.end();
  }
}

test('a server gives each caller a database of its own, and leaves only its log', {
  timeout: 30_000,
}, async () => {
  {
    await using server = await startPostgres(options());
    const [one, two] = await Promise.all([
      server.createDatabase('dev-orders'),
      server.createDatabase('test-orders'),
    ]);
    expect(await nameOfDatabase(one)).toBe('dev-orders');
    expect(await nameOfDatabase(two)).toBe('test-orders');
    expect(new URL(one).hostname).toBe('127.0.0.1');
  }
  expect(await readdir(folder)).toEqual(['postgres.log']);
});

test('the user of one database may not enter another, nor make one', { timeout: 30_000 }, async () => {
  await using server = await startPostgres(options());
  const { local: own } = await server.provision('dev-orders');
  const { local: other } = await server.provision('production-orders');
  const trespassing = new URL(own.url);
  trespassing.pathname = `/${other.database}`;
  await expect(nameOfDatabase(trespassing.href)).rejects.toThrow('permission denied for database');
  const sql = postgres(own.url, { max: 1 });
  await expect(sql`create database mine`).rejects.toThrow('permission denied to create database');
  await sql.end();
});

test('a server by URL keeps what is in a database from run to run', { timeout: 30_000 }, async () => {
  await using server = await startPostgres(options());
  const spec = storeSpec('postgres', { name: 'db', url: server.adminUrl });
  const { runtime, folder: at, marker, signal } = options();
  const tenant = { environment: 'dev', service: 'orders' };
  for (const expected of [0, 1]) {
    await using stores = await startStores([spec], {
      runtime,
      folder: at,
      logs: at,
      marker,
      onPassword: () => {},
      signal,
    });
    const sql = postgres((await stores.access('db', tenant))?.local.url ?? '', {
      max: 1,
      onnotice: () => {},
    });
    await sql`create table if not exists kept (id int)`;
    expect((await sql`select id from kept`).length).toBe(expected);
    await sql`insert into kept values (1)`;
    await sql.end();
  }
});

test('a caller without the password is turned away', { timeout: 30_000 }, async () => {
  await using server = await startPostgres(options());
  const url = new URL(server.adminUrl);
  url.password = 'guess';
  await expect(nameOfDatabase(url.href)).rejects.toThrow('password authentication failed');
});

test('a folder that others may not enter still gets a server', { timeout: 60_000 }, async () => {
  const closed = join(folder, 'closed');
  const temporaryFolder = join(folder, 'temporary');
  await mkdir(closed, { mode: 0o700 });
  await mkdir(temporaryFolder);
  {
    await using server = await startPostgres(options({ folder: closed, temporaryFolder }));
    expect(await nameOfDatabase(server.adminUrl)).toBe('postgres');
  }
  expect(await readdir(temporaryFolder)).toEqual([]);
});

test('an abort while it starts leaves nothing', { timeout: 30_000 }, async () => {
  const abort = new AbortController();
  const starting = startPostgres(options({ signal: abort.signal }));
  abort.abort(new Error('enough'));
  await expect(starting).rejects.toThrow('enough');
  expect(await readdir(folder)).not.toContain('postgres');
});

test('a server that does not start is reported with the path of its log', { timeout: 30_000 }, async () => {
  const libraries = join(folder, 'libraries');
  await mkdir(libraries);
  await writeFile(join(libraries, 'libc.so.6'), 'no library');
  const starting = startPostgres(options({ marker: { LD_LIBRARY_PATH: libraries } }));
  const logFile = join(folder, 'postgres.log');
  await expect(starting).rejects.toMatchObject({
    code: 'SG_STORE_FAILED',
    message: expect.stringContaining(logFile),
  });
  expect(await readFile(logFile, 'utf8')).toContain('libc.so.6');
});

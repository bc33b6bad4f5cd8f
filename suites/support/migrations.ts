import { expect, test } from 'vitest';
import { type Migration, migrate } from '../../services/orders/src/chassis/database.ts';
import { openDatabase } from './database.ts';

/** What holds for the migrations of every service that has a database. */
export function migrationTests(service: string, migrations: readonly Migration[]): void {
  test('migrations run from an empty database, once, however many instances start together', async () => {
    const sql = await openDatabase(service);
    await Promise.all([migrate(sql, migrations), migrate(sql, migrations), migrate(sql, migrations)]);
    const applied = await sql`select version, name from schema_migrations order by version`;
    expect([...applied]).toEqual(migrations.map(({ name }, index) => ({ version: index + 1, name })));
  });

  test('a migration that fails leaves nothing behind, and says so', async () => {
    const sql = await openDatabase(service);
    const broken = { name: 'break', sql: 'create table half_done (); select no_such_function()' };
    await expect(migrate(sql, [...migrations, broken])).rejects.toThrow('no_such_function');
    const tables = await sql`select 1 from pg_tables where schemaname = 'public'`;
    expect(tables).toHaveLength(0);
  });

  test('a version that is rolled back to leaves a newer schema alone', async () => {
    const sql = await openDatabase(service, migrations);
    await migrate(sql, migrations.slice(0, 1));
    const [row] = await sql`select max(version) as version from schema_migrations`;
    expect(row).toEqual({ version: migrations.length });
  });
}

import type { Sql } from 'postgres';
import { createDatabase } from 'stagegate/testing';
import { afterAll } from 'vitest';
import { connect, type Migration, migrate } from '../../services/orders/src/chassis/database.ts';

/** A fresh database of this service, migrated if told how; ends with the test file. */
export async function openDatabase(service: string, migrations?: readonly Migration[]): Promise<Sql> {
  const database = await createDatabase(service);
  const sql = connect(database.url);
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });
  if (migrations) await migrate(sql, migrations);
  return sql;
}

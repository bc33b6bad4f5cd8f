import type { Sql } from 'postgres';
import { createDatabase } from 'stagegate/testing';
import { connect, type Migration, migrate } from '../../services/orders/src/chassis/database.ts';

/** A fresh database of this service, migrated if told how; dropped, with its connections, when the test file ends. */
export async function openDatabase(service: string, migrations?: readonly Migration[]): Promise<Sql> {
  const { url } = await createDatabase(service);
  const sql = connect(url);
  if (migrations) await migrate(sql, migrations);
  return sql;
}

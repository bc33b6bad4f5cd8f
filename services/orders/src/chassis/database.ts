import postgres, { type Sql } from 'postgres';

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Connects on first use, not at once. */
export function connect(url: string): Sql {
  return postgres(url, { max: 4, idle_timeout: 30, connect_timeout: 5, onnotice: () => {} });
}

/**
 * Applies what is missing, in order, all or nothing; instances that start together wait for each other. The version of
 * a migration is its place in the list, so the list only grows at its end. The previous version of the service still
 * runs meanwhile: add, never rename or drop what it reads.
 */
export async function migrate(sql: Sql, migrations: readonly Migration[]): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('schema_migrations'))`;
    await tx`set local lock_timeout = '5s'`;
    await tx`
      create table if not exists schema_migrations (
        version integer primary key,
        name text not null,
        applied_at timestamptz not null default now()
      )`;
    const [{ current } = { current: 0 }] = await tx<{ current: number }[]>`
      select coalesce(max(version), 0) as current from schema_migrations`;
    for (const [index, { name, sql: statements }] of migrations.entries()) {
      const version = index + 1;
      if (version <= current) continue;
      await tx.unsafe(statements);
      await tx`insert into schema_migrations (version, name) values (${version}, ${name})`;
    }
  });
}

import type { Migration } from './chassis/database.ts';

export const migrations: readonly Migration[] = [
  {
    name: 'create products',
    sql: `
      create table products (
        sku text collate "C" primary key,
        name text not null,
        price_cents integer not null check (price_cents > 0),
        tax_percent integer not null check (tax_percent between 0 and 99),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`,
  },
  {
    // Nullable, so that the version before it can still insert.
    name: 'describe products',
    sql: 'alter table products add column description text',
  },
];

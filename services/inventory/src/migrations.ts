import type { Migration } from './chassis/database.ts';

export const migrations: readonly Migration[] = [
  {
    name: 'create stock',
    sql: `
      create table stock (
        sku text collate "C" primary key,
        on_hand integer not null check (on_hand >= 0),
        reserved integer not null default 0 check (reserved >= 0),
        constraint never_oversold check (reserved <= on_hand)
      )`,
  },
  {
    name: 'create reservations',
    sql: `
      create table reservations (
        id uuid primary key,
        status text not null check (status in ('held', 'confirmed', 'released')),
        created_at timestamptz not null default now(),
        changed_at timestamptz not null default now()
      );
      create table reservation_lines (
        reservation_id uuid not null references reservations (id),
        sku text collate "C" not null references stock (sku),
        quantity integer not null check (quantity > 0),
        primary key (reservation_id, sku)
      )`,
  },
];

import type { Migration } from './chassis/database.ts';

export const migrations: readonly Migration[] = [
  {
    name: 'create orders',
    sql: `
      create table orders (
        id uuid primary key,
        idempotency_key text unique,
        request_hash text not null,
        status text not null check (status in ('pending', 'confirmed', 'cancelling', 'rejected')),
        rejection jsonb,
        customer_email text not null,
        lines jsonb not null,
        total_cents integer not null check (total_cents > 0),
        tax_cents integer not null check (tax_cents >= 0),
        created_at timestamptz not null default now(),
        touched_at timestamptz not null default now()
      );
      create index unended_orders on orders (touched_at) where status in ('pending', 'cancelling')`,
  },
  {
    name: 'create the outbox',
    sql: `
      create table outbox (
        position bigint generated always as identity primary key,
        event_id uuid not null unique,
        event jsonb not null,
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default now(),
        delivered_at timestamptz
      );
      create index undelivered_events on outbox (next_attempt_at) where delivered_at is null`,
  },
];

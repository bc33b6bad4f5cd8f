import type { Sql, TransactionSql } from 'postgres';
import {
  confirmEffect,
  type Line,
  mergeLines,
  type Reservation,
  type ReservationRequest,
  type ReservationStatus,
  releaseEffect,
  type StockEffect,
  type StockLevel,
  sameLines,
  shortages,
} from './reservations.ts';
import type { ConfirmOutcome, ReserveOutcome, Stock } from './stock.ts';

export class PostgresStock implements Stock {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async find(sku: string): Promise<StockLevel | undefined> {
    const [level] = await this.#sql<StockLevel[]>`
      select sku, on_hand as "onHand", reserved from stock where sku = ${sku}`;
    return level;
  }

  async count(sku: string, onHand: number): Promise<StockLevel | undefined> {
    const [level] = await this.#sql<StockLevel[]>`
      insert into stock (sku, on_hand) values (${sku}, ${onHand})
      on conflict (sku) do update set on_hand = excluded.on_hand where stock.reserved <= excluded.on_hand
      returning sku, on_hand as "onHand", reserved`;
    return level;
  }

  reserve({ id, lines: asked }: ReservationRequest): Promise<ReserveOutcome> {
    const lines = mergeLines(asked);
    return this.#transaction<ReserveOutcome>(async (tx) => {
      const existing = await claim(tx, id, 'held');
      if (existing) {
        const repeated = existing.status !== 'released' && sameLines(existing.lines, lines);
        return { kind: repeated ? 'reserved' : 'conflict', reservation: existing };
      }
      const missing = shortages(lines, await lockStock(tx, lines));
      if (missing.length > 0) {
        await tx`delete from reservations where id = ${id}`;
        return { kind: 'out-of-stock', shortages: missing };
      }
      await tx`insert into reservation_lines ${tx(lines.map((line) => ({ reservation_id: id, ...line })))}`;
      for (const { sku, quantity } of lines) {
        await tx`update stock set reserved = reserved + ${quantity} where sku = ${sku}`;
      }
      return { kind: 'reserved', reservation: { id, status: 'held', lines } };
    });
  }

  confirm(id: string): Promise<ConfirmOutcome> {
    return this.#transaction<ConfirmOutcome>(async (tx) => {
      const reservation = await lockReservation(tx, id);
      if (!reservation) return { kind: 'unknown' };
      const effect = confirmEffect(reservation.status);
      if (!effect) return { kind: 'released' };
      return { kind: 'confirmed', reservation: await end(tx, reservation, 'confirmed', effect) };
    });
  }

  release(id: string): Promise<Reservation> {
    return this.#transaction(async (tx) => {
      const reservation = await claim(tx, id, 'released');
      if (!reservation) return { id, status: 'released', lines: [] };
      return await end(tx, reservation, 'released', releaseEffect(reservation.status));
    });
  }

  async #transaction<Outcome>(work: (tx: TransactionSql) => Promise<Outcome>): Promise<Outcome> {
    return (await this.#sql.begin(work)) as Outcome;
  }
}

/** Takes an id nobody has used and answers undefined; else answers, locked, the reservation that has it. */
async function claim(
  tx: TransactionSql,
  id: string,
  status: ReservationStatus,
): Promise<Reservation | undefined> {
  const { count } = await tx`
    insert into reservations (id, status) values (${id}, ${status}) on conflict (id) do nothing`;
  return count === 1 ? undefined : await lockReservation(tx, id);
}

async function lockReservation(tx: TransactionSql, id: string): Promise<Reservation | undefined> {
  const [found] = await tx<{ status: ReservationStatus }[]>`
    select status from reservations where id = ${id} for update`;
  if (!found) return undefined;
  const lines = await tx<Line[]>`
    select sku, quantity from reservation_lines where reservation_id = ${id} order by sku`;
  return { id, status: found.status, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) };
}

/** Locks the rows of these (merged) lines in SKU order, so that two reservations can wait for each other but never block each other. */
async function lockStock(tx: TransactionSql, lines: readonly Line[]): Promise<readonly StockLevel[]> {
  return await tx<StockLevel[]>`
    select sku, on_hand as "onHand", reserved from stock
    where sku = any(${lines.map((line) => line.sku)}) order by sku for update`;
}

async function end(
  tx: TransactionSql,
  reservation: Reservation,
  status: ReservationStatus,
  effect: StockEffect,
): Promise<Reservation> {
  await lockStock(tx, reservation.lines);
  for (const { sku, quantity } of reservation.lines) {
    await tx`
      update stock set
        on_hand = on_hand + ${effect.onHand * quantity},
        reserved = reserved + ${effect.reserved * quantity}
      where sku = ${sku}`;
  }
  await tx`update reservations set status = ${status}, changed_at = now() where id = ${reservation.id}`;
  return { ...reservation, status };
}

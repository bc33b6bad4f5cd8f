import type { Sql, TransactionSql } from 'postgres';
import type { OrderPlaced } from './order.ts';
import type { Delivery, Outbox } from './ports.ts';
import { retryDelayMs } from './relay.ts';

const batchSize = 20;

export class PostgresOutbox implements Outbox {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The rows stay locked while they are delivered, and `skip locked` lets other relays pass them by. */
  async deliverDue(deliver: (event: OrderPlaced) => Promise<void>): Promise<Delivery> {
    return await this.#sql.begin(async (tx) => {
      const due = await tx<{ position: string; event: OrderPlaced; attempts: number }[]>`
        select position, event, attempts from outbox
        where delivered_at is null and next_attempt_at <= now()
        order by position limit ${batchSize}
        for update skip locked`;
      let delivered = 0;
      for (const { position, event, attempts } of due) {
        try {
          await deliver(event);
        } catch {
          await postpone(tx, position, attempts + 1);
          return { delivered, failed: true };
        }
        await tx`update outbox set delivered_at = now() where position = ${position}`;
        delivered += 1;
      }
      return { delivered, failed: false };
    });
  }
}

async function postpone(tx: TransactionSql, position: string, attempts: number): Promise<void> {
  await tx`
    update outbox set
      attempts = ${attempts},
      next_attempt_at = now() + ${retryDelayMs(attempts)} * interval '1 millisecond'
    where position = ${position}`;
}

import { createHash, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import type { Order, OrderPlaced, OrderRequest, Rejection } from './order.ts';
import type { OrderLine } from './order-line.ts';
import type { OpenOutcome, Orders } from './ports.ts';
import { priceLines } from './pricing.ts';

interface OrderRow {
  readonly id: string;
  readonly status: Order['status'];
  readonly rejection: Rejection | null;
  readonly customerEmail: string;
  readonly lines: readonly OrderLine[];
  readonly totalCents: number;
  readonly taxCents: number;
}

export class PostgresOrders implements Orders {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async find(id: string): Promise<Order | undefined> {
    const [row] = await this.#sql<OrderRow[]>`select ${this.#columns} from orders where id = ${id}`;
    return row && toOrder(row);
  }

  async open(idempotencyKey: string, request: OrderRequest): Promise<OpenOutcome> {
    const { customerEmail, lines } = request;
    const { totalCents, taxCents } = priceLines(lines);
    const requestHash = hashOf(request);
    const [opened] = await this.#sql<OrderRow[]>`
      insert into orders
        (id, idempotency_key, request_hash, status, customer_email, lines, total_cents, tax_cents)
      values
        (${randomUUID()}, ${idempotencyKey}, ${requestHash}, 'pending', ${customerEmail},
         ${this.#sql.json(lines)}, ${totalCents}, ${taxCents})
      on conflict (idempotency_key) do nothing
      returning ${this.#columns}`;
    if (opened) return { kind: 'opened', order: toOrder(opened) };

    const [known] = await this.#sql<(OrderRow & { requestHash: string })[]>`
      select ${this.#columns}, request_hash as "requestHash" from orders
      where idempotency_key = ${idempotencyKey}`;
    // The key was freed between the two statements: the order it named was taken back.
    if (!known) return await this.open(idempotencyKey, request);
    if (known.requestHash !== requestHash) return { kind: 'other-request' };
    return { kind: 'known', order: toOrder(known) };
  }

  async confirm(order: Order, event: OrderPlaced): Promise<Order> {
    return await this.#sql.begin(async (tx) => {
      const [confirmed] = await tx<OrderRow[]>`
        update orders set status = 'confirmed', touched_at = now()
        where id = ${order.id} and status = 'pending'
        returning ${this.#columns}`;
      if (!confirmed) throw new Error(`Order ${order.id} is not pending any more.`);
      await tx`insert into outbox (event_id, event) values (${event.id}, ${tx.json(event)})`;
      return toOrder(confirmed);
    });
  }

  async reject(order: Order, rejection: Rejection): Promise<Order> {
    const [rejected] = await this.#sql<OrderRow[]>`
      update orders set status = 'rejected', rejection = ${this.#sql.json(rejection)}, touched_at = now()
      where id = ${order.id} and status = 'pending'
      returning ${this.#columns}`;
    if (!rejected) throw new Error(`Order ${order.id} is not pending any more.`);
    return toOrder(rejected);
  }

  async beginCancelling({ id }: Order): Promise<boolean> {
    const { count } = await this.#sql`
      update orders set status = 'cancelling', touched_at = now()
      where id = ${id} and status in ('pending', 'cancelling')`;
    return count === 1;
  }

  async finishCancelling({ id }: Order): Promise<void> {
    const rejection: Rejection = { code: 'not_possible_now' };
    await this.#sql`
      update orders set
        status = 'rejected', rejection = ${this.#sql.json(rejection)}, idempotency_key = null, touched_at = now()
      where id = ${id} and status = 'cancelling'`;
  }

  async claimAbandoned(olderThanMs: number): Promise<readonly Order[]> {
    const rows = await this.#sql<OrderRow[]>`
      update orders set touched_at = now()
      where id in (
        select id from orders
        where status in ('pending', 'cancelling') and touched_at < now() - ${olderThanMs} * interval '1 millisecond'
        order by touched_at limit 10
        for update skip locked
      )
      returning ${this.#columns}`;
    return rows.map(toOrder);
  }

  get #columns() {
    return this.#sql`
      id, status, rejection, customer_email as "customerEmail", lines,
      total_cents as "totalCents", tax_cents as "taxCents"`;
  }
}

function toOrder({ rejection, id, status, customerEmail, lines, totalCents, taxCents }: OrderRow): Order {
  return { id, status, ...(rejection && { rejection }), customerEmail, lines, totalCents, taxCents };
}

function hashOf(request: OrderRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}

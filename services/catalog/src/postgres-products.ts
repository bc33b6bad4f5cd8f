import type { Sql } from 'postgres';
import type { Product, ProductChange, ProductQuery, Products } from './products.ts';

export class PostgresProducts implements Products {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async list({ sku, after, limit }: ProductQuery): Promise<readonly Product[]> {
    const sql = this.#sql;
    return await sql<Product[]>`
      select ${this.#columns} from products
      where sku > ${after ?? ''} ${sku.length > 0 ? sql`and sku = any(${[...sku]})` : sql``}
      order by sku limit ${limit}`;
  }

  async find(sku: string): Promise<Product | undefined> {
    const [product] = await this.#sql<Product[]>`select ${this.#columns} from products where sku = ${sku}`;
    return product;
  }

  async add({ sku, name, priceCents, taxPercent, description }: Product): Promise<boolean> {
    const { count } = await this.#sql`
      insert into products (sku, name, price_cents, tax_percent, description)
      values (${sku}, ${name}, ${priceCents}, ${taxPercent}, ${description})
      on conflict (sku) do nothing`;
    return count === 1;
  }

  async change(sku: string, change: ProductChange): Promise<Product | undefined> {
    const [product] = await this.#sql<Product[]>`
      update products set
        name = coalesce(${change.name ?? null}, name),
        price_cents = coalesce(${change.priceCents ?? null}, price_cents),
        tax_percent = coalesce(${change.taxPercent ?? null}, tax_percent),
        description = coalesce(${change.description ?? null}, description),
        updated_at = now()
      where sku = ${sku}
      returning ${this.#columns}`;
    return product;
  }

  get #columns() {
    return this
      .#sql`sku, name, price_cents as "priceCents", tax_percent as "taxPercent", coalesce(description, '') as description`;
  }
}

import type {
  Product,
  ProductChange,
  ProductQuery,
  Products,
} from '../../../services/catalog/src/products.ts';

export class InMemoryProducts implements Products {
  readonly #products = new Map<string, Product>();

  async list({ sku, after = '', limit }: ProductQuery): Promise<readonly Product[]> {
    return [...this.#products.values()]
      .filter((product) => product.sku > after && (sku.length === 0 || sku.includes(product.sku)))
      .sort((a, b) => (a.sku < b.sku ? -1 : 1))
      .slice(0, limit);
  }

  async find(sku: string): Promise<Product | undefined> {
    return this.#products.get(sku);
  }

  async add(product: Product): Promise<boolean> {
    if (this.#products.has(product.sku)) return false;
    this.#products.set(product.sku, product);
    return true;
  }

  async change(sku: string, change: ProductChange): Promise<Product | undefined> {
    const product = this.#products.get(sku);
    if (!product) return undefined;
    const changed = { ...product, ...change };
    this.#products.set(sku, changed);
    return changed;
  }
}

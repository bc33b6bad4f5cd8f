import type { Hono } from 'hono';
import { ApiError, check, type HttpOptions, httpApp, readBody } from './chassis/http.ts';
import { Product, ProductChange, ProductQuery, type Products, Sku } from './products.ts';

/** The catalog's HTTP API. */
export function createApp({ products, ...http }: HttpOptions & { readonly products: Products }): Hono {
  const app = httpApp(http);

  app.get('/products', async (c) => {
    const query = check(ProductQuery, { ...c.req.query(), sku: c.req.queries('sku') ?? [] });
    const page = await products.list(query);
    const next = page.length === query.limit ? page.at(-1)?.sku : undefined;
    return c.json({ products: page, next: next ?? null });
  });

  app.get('/products/:sku', async (c) => {
    const sku = c.req.param('sku');
    return c.json(found(sku, isSku(sku) ? await products.find(sku) : undefined));
  });

  app.post('/products', async (c) => {
    const product = await readBody(c, Product);
    if (!(await products.add(product))) {
      throw new ApiError(409, 'sku_taken', `There is a product ${product.sku} already.`);
    }
    return c.json(product, 201, { location: `/products/${product.sku}` });
  });

  app.patch('/products/:sku', async (c) => {
    const sku = c.req.param('sku');
    const change = await readBody(c, ProductChange);
    return c.json(found(sku, isSku(sku) ? await products.change(sku, change) : undefined));
  });

  return app;
}

function isSku(text: string): boolean {
  return Sku.safeParse(text).success;
}

function found(sku: string, product: Product | undefined): Product {
  if (!product) throw new ApiError(404, 'product_not_found', `There is no product ${sku}.`);
  return product;
}

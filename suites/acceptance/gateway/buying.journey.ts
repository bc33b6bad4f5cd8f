import { randomInt, randomUUID } from 'node:crypto';
import { defineJourney } from 'stagegate/testing';

/** Shoppers who buy the same wait for each other's stock. */
const products = 8;

export default defineJourney({
  name: 'a shopper buys one and looks at the order',
  perSecond: 3,
  async prepare({ ask }) {
    const skus = Array.from({ length: products }, () => `J-${randomUUID().toUpperCase()}`);
    for (const sku of skus) {
      const product = { sku, name: 'Darjeeling', priceCents: 650, taxPercent: 7 };
      await ask('catalog', { method: 'POST', path: '/products', body: product });
      const stock = { onHand: 1_000_000 };
      await ask('inventory', { method: 'PUT', path: `/stock/${sku}`, label: 'PUT /stock/:sku', body: stock });
    }
    return { skus };
  },
  async run({ ask, data: { skus } }) {
    const bought = await ask('gateway', {
      method: 'POST',
      path: '/orders',
      headers: { 'idempotency-key': randomUUID() },
      body: {
        email: 'ada@example.com',
        cardToken: 'tok_visa',
        lines: [{ sku: skus[randomInt(products)] ?? '', quantity: 1 }],
      },
    });
    if (bought.status !== 201) return;
    await ask('gateway', { path: `/orders/${bought.body.id}`, label: 'GET /orders/:id' });
  },
});

import { randomUUID } from 'node:crypto';
import { defineJourney } from 'stagegate/testing';

export default defineJourney({
  name: 'a clerk puts a product into the catalog and counts it',
  perSecond: 3,
  async run({ ask }) {
    const sku = `C-${randomUUID().toUpperCase()}`;
    const product = { sku, name: 'Assam', priceCents: 595, taxPercent: 7 };
    await ask('catalog', { method: 'POST', path: '/products', body: product });
    await ask('inventory', {
      method: 'PUT',
      path: `/stock/${sku}`,
      label: 'PUT /stock/:sku',
      body: { onHand: 10 },
    });
    await ask('inventory', { path: `/stock/${sku}`, label: 'GET /stock/:sku' });
  },
});

import { defineJourney } from 'stagegate/testing';

export default defineJourney({
  name: 'a shopper looks around',
  readOnly: true,
  perSecond: 3,
  async run({ ask }) {
    const { status, body } = await ask('gateway', { path: '/products' });
    const sku = status === 200 ? body.products[0]?.sku : undefined;
    if (sku !== undefined) await ask('gateway', { path: `/products/${sku}`, label: 'GET /products/:sku' });
  },
});

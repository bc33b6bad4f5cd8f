import { defineInvariant } from 'stagegate/testing';

export default defineInvariant({
  name: 'stock is never below zero, and what was sold is off the shelf',
  async check({ ask, history }) {
    const stocked = history.filter(({ label, status }) => label === 'PUT /stock/:sku' && status < 300);
    const bought = history.filter(({ label }) => label === 'POST /orders');
    for (const { path, body: first } of stocked) {
      const { status, body: now } = await ask('inventory', { path });
      if (status !== 200) return `${path} answers ${status}`;
      if (now.onHand < 0 || now.reserved < 0 || now.reserved > now.onHand) {
        return `${path} has ${now.onHand} on hand and ${now.reserved} reserved`;
      }
      const sold = bought.flatMap(({ body, status: answered }) => (answered === 201 ? body.lines : []));
      const ofThis = sold.filter(({ sku }: { sku: string }) => path.endsWith(sku));
      if (now.onHand > first.onHand - ofThis.length) {
        return `${path} has ${now.onHand} of ${first.onHand} on hand after ${ofThis.length} were sold`;
      }
    }
    return null;
  },
});

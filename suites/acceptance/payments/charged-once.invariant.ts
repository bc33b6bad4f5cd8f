import { defineInvariant } from 'stagegate/testing';

interface Charge {
  readonly amountCents: number;
  readonly refundedCents: number;
}

export default defineInvariant({
  name: 'an order that was confirmed is charged once, with its total',
  async check({ ask, history }) {
    const orders = history.filter(({ label, status }) => label === 'POST /orders' && status === 201);
    for (const { body: order } of orders) {
      const { status, body } = await ask('payments', { path: `/charges?orderId=${order.id}` });
      if (status !== 200) return `the charges of order ${order.id} cannot be had: ${status}`;
      const charges: readonly Charge[] = body.charges;
      if (charges.length !== 1) return `order ${order.id} has ${charges.length} charges`;
      const [charge] = charges;
      if (charge?.amountCents !== order.totalCents || charge?.refundedCents !== 0) {
        return `order ${order.id} over ${order.totalCents} cents was charged ${charge?.amountCents}, refunded ${charge?.refundedCents}`;
      }
    }
    return null;
  },
});

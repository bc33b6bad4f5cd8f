import { defineInvariant } from 'stagegate/testing';

interface Charge {
  readonly amountCents: number;
  readonly refundedCents: number;
}

export default defineInvariant({
  name: 'money in equals money out: what shoppers paid is what they were told they bought',
  async check({ ask, history }) {
    const orders = history.filter(
      ({ label, status }) => label === 'POST /orders' && [201, 402, 409].includes(status),
    );
    let asked = 0;
    let paid = 0;
    for (const { body, status: answered } of orders) {
      const orderId = answered === 201 ? body.id : body.error?.orderId;
      if (orderId === undefined) continue;
      const { status, body: found } = await ask('payments', { path: `/charges?orderId=${orderId}` });
      if (status !== 200) return `the charges of order ${orderId} cannot be had: ${status}`;
      asked += answered === 201 ? body.totalCents : 0;
      paid += found.charges.reduce(
        (sum: number, one: Charge) => sum + one.amountCents - one.refundedCents,
        0,
      );
    }
    return asked === paid ? null : `shoppers bought for ${asked} cents and paid ${paid}`;
  },
});

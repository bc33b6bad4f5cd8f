import { defineInvariant } from 'stagegate/testing';

export default defineInvariant({
  name: 'a confirmed order has exactly one notification',
  async check({ ask, history, disturbances }) {
    // Notifications remembers in memory what it sent: what was sent before its task was killed cannot be asked any more.
    const forgotten = disturbances.findLast(({ service }) => service === 'notifications')?.atMs ?? 0;
    const orders = history.filter(({ label, status }) => label === 'POST /orders' && status === 201);
    for (const { body: order, atMs } of orders) {
      const { status, body } = await ask('notifications', { path: `/notifications?orderId=${order.id}` });
      if (status !== 200) return `the notifications of order ${order.id} cannot be had: ${status}`;
      const { length } = body.notifications;
      if (length > 1 || (length === 0 && atMs > forgotten))
        return `order ${order.id} has ${length} notifications`;
    }
    return null;
  },
});

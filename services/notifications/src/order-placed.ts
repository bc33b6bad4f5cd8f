import * as z from 'zod';

/** The event orders publishes. Only what a notification needs is read; more fields may come. */
export const OrderPlaced = z.object({
  id: z.uuid(),
  type: z.literal('order-placed'),
  time: z.iso.datetime(),
  data: z.object({
    orderId: z.uuid(),
    customerEmail: z.email(),
    totalCents: z.int().min(0),
    lines: z.array(z.object({ sku: z.string(), quantity: z.int().min(1) })).min(1),
  }),
});
export type OrderPlaced = z.output<typeof OrderPlaced>;

/** What every event has; types this service has no interest in are taken and forgotten. */
export const AnyEvent = z.object({ id: z.uuid(), type: z.string().min(1) });

export interface Notification {
  readonly id: string;
  readonly orderId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** One notification for one event; it has the event's id. */
export function compose({ id, data }: OrderPlaced): Notification {
  const goods = data.lines.map(({ sku, quantity }) => `${quantity} x ${sku}`).join('\n');
  return {
    id,
    orderId: data.orderId,
    to: data.customerEmail,
    subject: `Your order ${data.orderId}`,
    text: `Thank you for your order:\n${goods}\n\nTotal: ${euros(data.totalCents)}`,
  };
}

/** 123456 is "€1,234.56". Whole cents, never a float. */
export function euros(cents: number): string {
  const whole = Math.trunc(cents / 100).toLocaleString('en-IE');
  return `€${whole}.${String(cents % 100).padStart(2, '0')}`;
}

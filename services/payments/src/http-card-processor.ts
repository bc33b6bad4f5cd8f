import * as z from 'zod';
import {
  type CardProcessor,
  type Charge,
  type ChargeOutcome,
  type ChargeRequest,
  type Refund,
  refusalOf,
} from './charges.ts';
import { Neighbour, type NeighbourRequest } from './chassis/neighbour.ts';

const WireCharge = z.object({
  id: z.string(),
  amount: z.int(),
  amount_refunded: z.int(),
  metadata: z.object({ order_id: z.string() }),
});
const WireRefund = z.object({ id: z.string(), charge: z.string(), amount: z.int() });
const Declined = z.object({ error: z.object({ decline_code: z.string() }) });

const attempts = 2;

/** The processor's REST API. Every request that moves money carries an idempotency key, so a lost answer can be asked for again. */
export class HttpCardProcessor implements CardProcessor {
  readonly #processor: Neighbour;

  constructor(url: string) {
    this.#processor = new Neighbour('card processor', url);
  }

  async charge({ orderId, amountCents, cardToken }: ChargeRequest): Promise<ChargeOutcome> {
    const response = await this.#send({
      method: 'POST',
      path: '/v1/charges',
      headers: { 'idempotency-key': `charge:${orderId}` },
      body: { amount: amountCents, currency: 'eur', source: cardToken, metadata: { order_id: orderId } },
    });
    if (response.status === 402) {
      const { error } = this.#processor.expect(response, 402, Declined);
      return { kind: 'refused', refusal: refusalOf(error.decline_code) };
    }
    if (response.status === 409) return { kind: 'conflict' };
    return { kind: 'charged', charge: toCharge(this.#processor.expect(response, 201, WireCharge)) };
  }

  async chargesOf(orderId: string): Promise<readonly Charge[]> {
    const response = await this.#send({ method: 'GET', path: '/v1/charges', query: { order_id: orderId } });
    return this.#processor.expect(response, 200, z.object({ data: z.array(WireCharge) })).data.map(toCharge);
  }

  async refund({ chargeId, orderId }: Charge): Promise<Refund> {
    const response = await this.#send({
      method: 'POST',
      path: '/v1/refunds',
      headers: { 'idempotency-key': `refund:${chargeId}` },
      body: { charge: chargeId },
    });
    const refund = this.#processor.expect(response, 201, WireRefund);
    return { refundId: refund.id, chargeId: refund.charge, orderId, amountCents: refund.amount };
  }

  /** @throws ApiError 503 when the processor answers neither time. */
  async #send(request: NeighbourRequest) {
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      try {
        return await this.#processor.send(request);
      } catch {
        // The next attempt carries the same idempotency key: what the lost answer said will be said again.
      }
    }
    return await this.#processor.send(request);
  }
}

function toCharge({ id, amount, amount_refunded, metadata }: z.output<typeof WireCharge>): Charge {
  return { chargeId: id, orderId: metadata.order_id, amountCents: amount, refundedCents: amount_refunded };
}

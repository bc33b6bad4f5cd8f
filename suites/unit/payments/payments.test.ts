import { beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/payments/src/app.ts';
import {
  type CardProcessor,
  type Charge,
  type ChargeOutcome,
  type ChargeRequest,
  type Refund,
  refusalOf,
} from '../../../services/payments/src/charges.ts';
import { ask } from '../../support/ask.ts';
import { quiet } from '../../support/http-options.ts';

const orderId = '9b8f3a52-0c6e-4f0b-8d0e-6f1f2f3a4b5c';

/** Refuses `tok_empty`, charges an order once. */
class InMemoryProcessor implements CardProcessor {
  readonly charges: Charge[] = [];

  async charge({ orderId, amountCents, cardToken }: ChargeRequest): Promise<ChargeOutcome> {
    if (cardToken === 'tok_empty') return { kind: 'refused', refusal: 'insufficient_funds' };
    const known = this.charges.find((charge) => charge.orderId === orderId);
    if (known && known.amountCents !== amountCents) return { kind: 'conflict' };
    const charge = known ?? { chargeId: 'ch_1', orderId, amountCents, refundedCents: 0 };
    if (!known) this.charges.push(charge);
    return { kind: 'charged', charge };
  }

  async chargesOf(orderId: string): Promise<readonly Charge[]> {
    return this.charges.filter((charge) => charge.orderId === orderId);
  }

  async refund({ chargeId, orderId, amountCents }: Charge): Promise<Refund> {
    return { refundId: 're_1', chargeId, orderId, amountCents };
  }
}

let app: ReturnType<typeof createApp>;
beforeEach(() => {
  app = createApp({ processor: new InMemoryProcessor(), ...quiet() });
});

const charge = (over: object = {}) =>
  ask(app, 'POST', '/charges', { orderId, amountCents: 990, cardToken: 'tok_visa', ...over });

test('a charge answers 201 with the amount that was charged', async () => {
  const body = { chargeId: 'ch_1', orderId, amountCents: 990, refundedCents: 0 };
  expect(await charge()).toMatchObject({ status: 201, body });
});

test('a refused card answers 402 and says why', async () => {
  const error = { code: 'card_refused', refusal: 'insufficient_funds' };
  expect(await charge({ cardToken: 'tok_empty' })).toMatchObject({ status: 402, body: { error } });
});

test('an order cannot be charged another amount afterwards', async () => {
  await charge();
  const answer = await charge({ amountCents: 1 });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'charge_conflict' } } });
});

test('a refund gives back what was charged', async () => {
  await charge();
  const body = { refundId: 're_1', chargeId: 'ch_1', orderId, amountCents: 990 };
  expect(await ask(app, 'POST', '/refunds', { orderId })).toMatchObject({ status: 201, body });
});

test('an order that was never charged cannot be refunded', async () => {
  const answer = await ask(app, 'POST', '/refunds', { orderId });
  expect(answer).toMatchObject({ status: 404, body: { error: { code: 'charge_not_found' } } });
});

test.each([
  ['nothing', { amountCents: 0 }, 'amountCents'],
  ['fractions of a cent', { amountCents: 0.5 }, 'amountCents'],
  ['a card number', { cardToken: '4242424242424242' }, 'cardToken'],
])('charging %s is refused', async (_, wrong, field) => {
  const { status, body } = await charge(wrong);
  expect(status).toBe(400);
  expect(body.error.problems).toMatchObject([{ field }]);
});

describe('a refusal is told in the shop’s words', () => {
  test.each([
    ['insufficient_funds', 'insufficient_funds'],
    ['expired_card', 'expired_card'],
    ['generic_decline', 'declined'],
    ['a code that comes next year', 'declined'],
  ])('%s: %s', (code, refusal) => {
    expect(refusalOf(code)).toBe(refusal);
  });
});

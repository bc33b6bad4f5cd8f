import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { HttpPayments } from '../../../services/orders/src/neighbours.ts';
import { errorBody, pactBetween } from '../../support/pact.ts';

const { integer, like, string, uuid } = MatchersV3;
const pact = pactBetween('orders', 'payments');

function charging(state: string, description: string, charge: { orderId: string; cardToken: string }) {
  const { orderId, cardToken } = charge;
  return pact
    .addInteraction()
    .given(state)
    .uponReceiving(description)
    .withRequest('POST', '/charges', (request) =>
      request.jsonBody({ orderId: uuid(orderId), amountCents: integer(990), cardToken: like(cardToken) }),
    );
}

function refunding(state: string, description: string, orderId: string) {
  return pact
    .addInteraction()
    .given(state, { orderId })
    .uponReceiving(description)
    .withRequest('POST', '/refunds', (request) => request.jsonBody({ orderId: uuid(orderId) }));
}

test('a good card is charged the amount asked for', () => {
  const orderId = '11111111-1111-4111-8111-111111111111';
  return charging('the card is good', 'a charge', { orderId, cardToken: 'tok_visa' })
    .willRespondWith(201, (response) => response.jsonBody({ chargeId: string('ch_1'), amountCents: 990 }))
    .executeTest(async ({ url }) => {
      expect(await new HttpPayments(url).charge(orderId, 990, 'tok_visa')).toEqual({ kind: 'charged' });
    });
});

test('a refused card is told, with the reason', () => {
  const orderId = '22222222-2222-4222-8222-222222222222';
  return charging('the card is refused', 'a charge of a refused card', { orderId, cardToken: 'tok_no_funds' })
    .willRespondWith(402, (response) =>
      response.jsonBody(errorBody('card_refused', { refusal: string('insufficient_funds') })),
    )
    .executeTest(async ({ url }) => {
      const refused = { kind: 'refused', refusal: 'insufficient_funds' };
      expect(await new HttpPayments(url).charge(orderId, 990, 'tok_no_funds')).toEqual(refused);
    });
});

test('a charge is refunded', () => {
  const orderId = '33333333-3333-4333-8333-333333333333';
  return refunding('the order was charged', 'a refund', orderId)
    .willRespondWith(201, (response) => response.jsonBody({ refundId: string('re_1') }))
    .executeTest(async ({ url }) => {
      await new HttpPayments(url).refund(orderId);
    });
});

test('refunding what was never charged is fine', () => {
  const orderId = '44444444-4444-4444-8444-444444444444';
  return refunding('the order was never charged', 'a refund of nothing', orderId)
    .willRespondWith(404, (response) => response.jsonBody(errorBody('charge_not_found')))
    .executeTest(async ({ url }) => {
      await new HttpPayments(url).refund(orderId);
    });
});

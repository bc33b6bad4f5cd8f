import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { HttpOrders, type OrderWish } from '../../../services/gateway/src/neighbours.ts';
import { errorBody, pactBetween } from '../../support/pact.ts';

const { eachLike, integer, like, regex, string, uuid } = MatchersV3;
const pact = pactBetween('gateway', 'orders');
const id = '8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f';
const wish: OrderWish = {
  idempotencyKey: 'cart-0001',
  customerEmail: 'ada@example.com',
  cardToken: 'tok_visa',
  lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }],
};
const order = {
  id,
  status: 'confirmed',
  totalCents: 990,
  taxCents: 65,
  lines: [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495 }],
};
const orderLike = {
  id: uuid(id),
  status: regex('pending|confirmed|cancelling|rejected', 'confirmed'),
  totalCents: integer(990),
  taxCents: integer(65),
  lines: eachLike({ sku: string('TEA-1'), quantity: integer(2), unitPriceCents: integer(495) }),
};

function placing(state: string, description: string, idempotencyKey: string) {
  const { customerEmail, cardToken, lines } = wish;
  const [line] = lines;
  return pact
    .addInteraction()
    .given(state)
    .uponReceiving(description)
    .withRequest('POST', '/orders', (request) =>
      request
        .headers({ 'idempotency-key': regex('[\\w.:-]{8,128}', idempotencyKey) })
        .jsonBody({ customerEmail: like(customerEmail), cardToken: like(cardToken), lines: eachLike(line) }),
    );
}

test('an order is placed and confirmed', () =>
  placing('goods and money are there', 'an order', 'cart-0001')
    .willRespondWith(201, (response) => response.jsonBody({ ...orderLike, status: 'confirmed' }))
    .executeTest(async ({ url }) => {
      expect(await new HttpOrders(url).place(wish)).toEqual(order);
    }));

test('an order of what is sold out is refused with what is missing', () =>
  placing('the goods are sold out', 'an order of sold out goods', 'cart-0002')
    .willRespondWith(409, (response) => {
      const shortage = { sku: string('TEA-1'), wanted: integer(2), available: integer(0) };
      response.jsonBody(errorBody('out_of_stock', { shortages: eachLike(shortage) }));
    })
    .executeTest(async ({ url }) => {
      const details = { shortages: [{ sku: 'TEA-1', wanted: 2, available: 0 }] };
      const refused = { status: 409, code: 'out_of_stock', details };
      await expect(new HttpOrders(url).place({ ...wish, idempotencyKey: 'cart-0002' })).rejects.toMatchObject(
        refused,
      );
    }));

test('an order whose card is refused is refused with the reason', () =>
  placing('the card is refused', 'an order with a refused card', 'cart-0003')
    .willRespondWith(402, (response) =>
      response.jsonBody(errorBody('card_refused', { refusal: string('insufficient_funds') })),
    )
    .executeTest(async ({ url }) => {
      const refused = { status: 402, code: 'card_refused', details: { refusal: 'insufficient_funds' } };
      await expect(new HttpOrders(url).place({ ...wish, idempotencyKey: 'cart-0003' })).rejects.toMatchObject(
        refused,
      );
    }));

test('a key that was used for another order is refused', () =>
  placing('the key cart-0004 was used for another order', 'an order under a used key', 'cart-0004')
    .willRespondWith(422, (response) => response.jsonBody(errorBody('idempotency_key_reused')))
    .executeTest(async ({ url }) => {
      const refused = { status: 422, code: 'idempotency_key_reused' };
      await expect(new HttpOrders(url).place({ ...wish, idempotencyKey: 'cart-0004' })).rejects.toMatchObject(
        refused,
      );
    }));

test('an order is found by its id', () =>
  pact
    .addInteraction()
    .given('there is an order', { id })
    .uponReceiving('a request for an order')
    .withRequest('GET', regex('/orders/[0-9a-f-]{36}', `/orders/${id}`))
    .willRespondWith(200, (response) => response.jsonBody(orderLike))
    .executeTest(async ({ url }) => {
      expect(await new HttpOrders(url).find(id)).toEqual(order);
    }));

test('an order that is not there is not found', () =>
  pact
    .addInteraction()
    .given('there is no order')
    .uponReceiving('a request for an order that is not there')
    .withRequest('GET', regex('/orders/[0-9a-f-]{36}', '/orders/00000000-0000-4000-8000-000000000000'))
    .willRespondWith(404, (response) => response.jsonBody(errorBody('order_not_found')))
    .executeTest(async ({ url }) => {
      expect(await new HttpOrders(url).find('00000000-0000-4000-8000-000000000000')).toBeUndefined();
    }));

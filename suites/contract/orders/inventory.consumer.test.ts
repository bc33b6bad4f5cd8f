import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { HttpInventory } from '../../../services/orders/src/neighbours.ts';
import type { OrderLine } from '../../../services/orders/src/order-line.ts';
import { errorBody, pactBetween } from '../../support/pact.ts';

const { eachLike, integer, regex, string, uuid } = MatchersV3;
const pact = pactBetween('orders', 'inventory');
const lines: OrderLine[] = [{ sku: 'TEA-1', quantity: 2, unitPriceCents: 495, taxPercent: 7 }];

function reserving(state: string, onHand: number, description: string, id: string) {
  return pact
    .addInteraction()
    .given(state, { sku: 'TEA-1', onHand })
    .uponReceiving(description)
    .withRequest('POST', '/reservations', (request) =>
      request.jsonBody({ id: uuid(id), lines: eachLike({ sku: string('TEA-1'), quantity: integer(2) }) }),
    );
}

function ending(step: 'confirm' | 'release', state: string, description: string, id: string) {
  return pact
    .addInteraction()
    .given(state, { id })
    .uponReceiving(description)
    .withRequest('POST', regex(`/reservations/[0-9a-f-]{36}/${step}`, `/reservations/${id}/${step}`));
}

test('goods in stock are reserved for an order', () => {
  const id = '11111111-1111-4111-8111-111111111111';
  return reserving('the goods are in stock', 10, 'a reservation of goods in stock', id)
    .willRespondWith(201, (response) => response.jsonBody({ status: regex('held|confirmed', 'held') }))
    .executeTest(async ({ url }) => {
      expect(await new HttpInventory(url).reserve(id, lines)).toEqual({ kind: 'reserved' });
    });
});

test('goods out of stock are not, and it says what is missing', () => {
  const id = '22222222-2222-4222-8222-222222222222';
  return reserving('the goods are out of stock', 1, 'a reservation of goods out of stock', id)
    .willRespondWith(409, (response) => {
      const shortage = { sku: string('TEA-1'), wanted: integer(2), available: integer(1) };
      response.jsonBody(errorBody('out_of_stock', { shortages: eachLike(shortage) }));
    })
    .executeTest(async ({ url }) => {
      const shortages = [{ sku: 'TEA-1', wanted: 2, available: 1 }];
      expect(await new HttpInventory(url).reserve(id, lines)).toEqual({ kind: 'out-of-stock', shortages });
    });
});

test('a held reservation is confirmed', () => {
  const id = '33333333-3333-4333-8333-333333333333';
  return ending('confirm', 'a reservation is held', 'the confirmation of a held reservation', id)
    .willRespondWith(200, (response) => response.jsonBody({ status: 'confirmed' }))
    .executeTest(async ({ url }) => {
      await new HttpInventory(url).confirm(id);
    });
});

test('a released reservation is not confirmed', () => {
  const id = '44444444-4444-4444-8444-444444444444';
  return ending('confirm', 'a reservation is released', 'the confirmation of a released reservation', id)
    .willRespondWith(409, (response) => response.jsonBody(errorBody('reservation_released')))
    .executeTest(async ({ url }) => {
      await expect(new HttpInventory(url).confirm(id)).rejects.toMatchObject({ code: 'unexpected_answer' });
    });
});

test('a held reservation is released', () => {
  const id = '55555555-5555-4555-8555-555555555555';
  return ending('release', 'a reservation is held', 'the release of a held reservation', id)
    .willRespondWith(200, (response) => response.jsonBody({ status: 'released' }))
    .executeTest(async ({ url }) => {
      await new HttpInventory(url).release(id);
    });
});

test('a reservation that never arrived is released too', () => {
  const id = '66666666-6666-4666-8666-666666666666';
  return ending('release', 'there is no reservation', 'the release of an unknown reservation', id)
    .willRespondWith(200, (response) => response.jsonBody({ status: 'released' }))
    .executeTest(async ({ url }) => {
      await new HttpInventory(url).release(id);
    });
});

import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/payments/src/app.ts';
import { HttpCardProcessor } from '../../../services/payments/src/http-card-processor.ts';
import { type CardProcessor, start } from '../../externals/card-processor.ts';
import { quiet } from '../../support/http-options.ts';
import { nobody, serverOf } from '../../support/listen.ts';

let processor: CardProcessor;
beforeAll(async () => {
  processor = await start({ host: '127.0.0.1' });
});
afterAll(() => processor.close());

const api = (url = processor.url) =>
  supertest(serverOf(createApp({ processor: new HttpCardProcessor(url), ...quiet() })));
const charge = (orderId: string, cardToken = 'tok_visa', amountCents = 990) =>
  api().post('/charges').send({ orderId, amountCents, cardToken });
const chargesOf = async (orderId: string) =>
  (await api().get(`/charges?orderId=${orderId}`).expect(200)).body.charges;

describe('charging', () => {
  test('moves the amount at the processor', async () => {
    const orderId = randomUUID();
    const { body } = await charge(orderId).expect(201);
    expect(body).toEqual({ chargeId: expect.any(String), orderId, amountCents: 990, refundedCents: 0 });
    expect(await chargesOf(orderId)).toEqual([body]);
  });

  test('an order again, even five times at once, charges it once', async () => {
    const orderId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => charge(orderId)));
    expect(new Set(answers.map(({ body }) => body.chargeId)).size).toBe(1);
    expect(await chargesOf(orderId)).toHaveLength(1);
  });

  test('goes on when the processor’s answer is lost, and charges once', async () => {
    const orderId = randomUUID();
    const { body } = await charge(orderId, 'tok_lost_answer').expect(201);
    expect(await chargesOf(orderId)).toEqual([body]);
  });

  test('an order differently is a conflict', async () => {
    const orderId = randomUUID();
    await charge(orderId).expect(201);
    expect((await charge(orderId, 'tok_visa', 1).expect(409)).body.error.code).toBe('charge_conflict');
    expect(await chargesOf(orderId)).toMatchObject([{ amountCents: 990 }]);
  });

  test.each([
    ['tok_declined', 'declined'],
    ['tok_no_funds', 'insufficient_funds'],
    ['tok_expired', 'expired_card'],
  ])('%s is refused as %s, and nothing is charged', async (cardToken, refusal) => {
    const orderId = randomUUID();
    const { body } = await charge(orderId, cardToken).expect(402);
    expect(body.error).toMatchObject({ code: 'card_refused', refusal });
    expect(await chargesOf(orderId)).toEqual([]);
  });
});

describe('refunding', () => {
  test('gives everything back, once', async () => {
    const orderId = randomUUID();
    await charge(orderId);
    const first = await api().post('/refunds').send({ orderId }).expect(201);
    const second = await api().post('/refunds').send({ orderId }).expect(201);
    expect(first.body).toMatchObject({ orderId, amountCents: 990 });
    expect(second.body).toEqual(first.body);
    expect(await chargesOf(orderId)).toMatchObject([{ amountCents: 990, refundedCents: 990 }]);
  });

  test('an order never charged is not found', async () => {
    await api().post('/refunds').send({ orderId: randomUUID() }).expect(404);
  });
});

test('a processor that does not answer makes the service unavailable, not wrong', async () => {
  const body = { orderId: randomUUID(), amountCents: 990, cardToken: 'tok_visa' };
  const answer = await api(nobody).post('/charges').send(body).expect(503);
  expect(answer.body.error.code).toBe('neighbour_unavailable');
});

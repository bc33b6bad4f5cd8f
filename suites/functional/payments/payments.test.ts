import { randomUUID } from 'node:crypto';
import { deploySubject, type Subject } from 'stagegate/testing';
import { beforeAll, expect, test } from 'vitest';
import { http } from '../../support/call.ts';
import { deployedServiceTests } from '../../support/deployed.ts';

let payments: Subject;
beforeAll(async () => {
  payments = await deploySubject('payments');
});

const charge = (orderId: string, cardToken: string) =>
  http.post(`${payments.url}/charges`, { orderId, amountCents: 990, cardToken });
const chargesOf = async (orderId: string) =>
  (await http.get(`${payments.url}/charges?orderId=${orderId}`)).data.charges;

test('an order is charged once, however often it is asked for', async () => {
  const orderId = randomUUID();
  const answers = await Promise.all(Array.from({ length: 4 }, () => charge(orderId, 'tok_visa')));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(await chargesOf(orderId)).toMatchObject([{ orderId, amountCents: 990, refundedCents: 0 }]);
});

test('a lost answer of the card processor charges nothing twice', async () => {
  const orderId = randomUUID();
  expect((await charge(orderId, 'tok_lost_answer')).status).toBe(201);
  expect(await chargesOf(orderId)).toHaveLength(1);
});

test('a refused card is not charged', async () => {
  const orderId = randomUUID();
  const error = { code: 'card_refused', refusal: 'insufficient_funds' };
  expect(await charge(orderId, 'tok_no_funds')).toMatchObject({ status: 402, data: { error } });
  expect(await chargesOf(orderId)).toEqual([]);
});

test('a refund gives everything back, once', async () => {
  const orderId = randomUUID();
  await charge(orderId, 'tok_visa');
  const refund = () => http.post(`${payments.url}/refunds`, { orderId });
  const first = await refund();
  expect(first).toMatchObject({ status: 201, data: { orderId, amountCents: 990 } });
  expect((await refund()).data).toEqual(first.data);
  expect(await chargesOf(orderId)).toMatchObject([{ refundedCents: 990 }]);
});

deployedServiceTests(() => payments, '/charges');

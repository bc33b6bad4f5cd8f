import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';

export interface CardProcessor {
  readonly url: string;
  close(): Promise<void>;
}

interface WireCharge {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: { readonly order_id: string };
  amount_refunded: number;
}

interface ChargeBody extends Omit<WireCharge, 'id' | 'amount_refunded'> {
  readonly source: string;
}

interface Answer {
  readonly request: string;
  readonly status: 201 | 402;
  readonly body: unknown;
}

/** Cards that are refused, and the code the processor gives for it. Any other token is charged. */
const declined: Readonly<Record<string, string>> = {
  tok_declined: 'generic_decline',
  tok_no_funds: 'insufficient_funds',
  tok_expired: 'expired_card',
};

/** Charges this card, but the connection breaks before the first answer arrives. */
const lostAnswer = 'tok_lost_answer';

/**
 * Stands in for the outside card processor: the same requests get the same answers on every run. It keeps its books in
 * memory, honours idempotency keys, and lists the charges of an order, so that tests can count them.
 */
export async function start({ host }: { host: string }): Promise<CardProcessor> {
  const server = createAdaptorServer({ fetch: processorApp().fetch });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export default start;

function processorApp(): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const charges = new Map<string, WireCharge>();
  const answers = new Map<string, Answer>();

  /** The answer given before under this key, else the one `work` gives now. */
  const once = (key: string, body: unknown, work: () => Omit<Answer, 'request'>): Answer | 'conflict' => {
    const request = JSON.stringify(body);
    const known = answers.get(key);
    if (known) return known.request === request ? known : 'conflict';
    const answer = { request, ...work() };
    answers.set(key, answer);
    return answer;
  };

  app.post('/v1/charges', async (c) => {
    const key = c.req.header('idempotency-key');
    if (!key) return c.json({ error: { type: 'idempotency_key_missing' } }, 400);
    const body = await c.req.json<ChargeBody>();
    const { source, amount, currency, metadata } = body;
    const isFirst = !answers.has(key);
    const answer = once(key, body, () => {
      const code = declined[source];
      if (code) return { status: 402, body: { error: { type: 'card_error', decline_code: code } } };
      const charge = { id: `ch_${charges.size + 1}`, amount, currency, metadata, amount_refunded: 0 };
      charges.set(charge.id, charge);
      return { status: 201, body: { ...charge } };
    });
    if (isFirst && source === lostAnswer) c.env.incoming.socket.destroy();
    if (answer === 'conflict') return c.json({ error: { type: 'idempotency_error' } }, 409);
    return c.json(answer.body, answer.status);
  });

  app.get('/v1/charges', (c) => {
    const data = [...charges.values()].filter(
      (charge) => charge.metadata.order_id === c.req.query('order_id'),
    );
    return c.json({ data });
  });

  app.post('/v1/refunds', async (c) => {
    const key = c.req.header('idempotency-key');
    if (!key) return c.json({ error: { type: 'idempotency_key_missing' } }, 400);
    const body = await c.req.json<{ charge: string }>();
    const charge = charges.get(body.charge);
    if (!charge) return c.json({ error: { type: 'resource_missing' } }, 404);
    const answer = once(key, body, () => {
      charge.amount_refunded = charge.amount;
      return { status: 201, body: { id: `re_${charge.id}`, charge: charge.id, amount: charge.amount } };
    });
    if (answer === 'conflict') return c.json({ error: { type: 'idempotency_error' } }, 409);
    return c.json(answer.body, answer.status);
  });

  return app;
}

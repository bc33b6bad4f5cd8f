import { type Ask, hal, halOrNotFound, invalid, noContent, notFound, type Route, route } from '../route.ts';
import type { Webhook } from '../state.ts';
import { execute, webhookSchema } from '../webhooks.ts';

export const webhookRoutes: readonly Route[] = [
  route('GET', 'webhooks', ({ state, links }) => {
    const all = [...state.webhooks.values()];
    return hal(200, {
      _links: {
        self: { title: 'Webhooks', href: links.path('webhooks') },
        'pb:create': { title: 'POST to create a webhook', href: links.path('webhooks') },
        'pb:webhooks': all.map(({ uuid, webhook }) => ({
          title: 'A webhook',
          name: String(webhook.description ?? uuid),
          href: links.webhook(uuid),
        })),
      },
    });
  }),
  route('POST', 'webhooks', (ask) => save(ask, ask.newId(), 201)),
  route('GET', 'webhooks/:uuid', (ask) => answerWebhook(ask, ask.params.uuid ?? '', 200)),
  route('PUT', 'webhooks/:uuid', (ask) => {
    const { uuid = '' } = ask.params;
    return save(ask, uuid, ask.state.webhooks.has(uuid) ? 200 : 201);
  }),
  route('DELETE', 'webhooks/:uuid', async ({ state, append, now, params: { uuid = '' } }) => {
    if (!state.webhooks.has(uuid)) return notFound();
    await append([{ type: 'webhook-deleted', uuid, at: now }]);
    return noContent;
  }),
  route('POST', 'webhooks/:uuid/execute', async (ask) => {
    const { state } = ask;
    const found = state.webhooks.get(ask.params.uuid ?? '');
    if (found === undefined) return notFound();
    const { consumer, provider } = webhookSchema.parse(found.webhook);
    const pact = state.pacts.findLast(
      (one) =>
        (!consumer?.name || one.consumer === consumer.name) &&
        (!provider?.name || one.provider === provider.name),
    );
    const about = pact ?? {
      consumer: consumer?.name ?? '',
      provider: provider?.name ?? '',
      number: '',
      sha: '',
    };
    try {
      const status = await execute(ask, found, about, 'test', null);
      return hal(200, { success: status < 400, response: { status } });
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      return hal(200, {
        success: false,
        error: { message: `The webhook's request got no answer: ${because}` },
      });
    }
  }),
];

async function save(ask: Ask, uuid: string, status: 200 | 201) {
  const read = webhookSchema.safeParse(ask.body);
  if (!read.success) {
    const [issue] = read.error.issues;
    return invalid({ [issue?.path.join('.') || 'webhook']: [issue?.message ?? 'is not a webhook'] });
  }
  await ask.append([{ type: 'webhook', uuid, webhook: read.data, at: ask.now }]);
  return answerWebhook(ask, uuid, status);
}

function answerWebhook(ask: Ask, uuid: string, status: 200 | 201) {
  return halOrNotFound(ask.state.webhooks.get(uuid), (webhook) => viewOf(ask, webhook), status);
}

/** A password is taken and never shown. */
function viewOf({ links }: Ask, { uuid, webhook, at }: Webhook) {
  const { request, ...rest } = webhook as { readonly request: { readonly password?: string } };
  const { password, ...shown } = request;
  return {
    uuid,
    ...rest,
    request: { ...shown, ...(password ? { password: '**********' } : {}) },
    createdAt: at,
    _links: {
      self: { title: 'Webhook', href: links.webhook(uuid) },
      'pb:execute': { title: 'Test the webhook', href: `${links.webhook(uuid)}/execute` },
      'pb:webhooks': { title: 'All webhooks', href: links.path('webhooks') },
    },
  };
}

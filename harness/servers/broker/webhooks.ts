import { z } from 'zod';
import { basicAuth } from '../http/index.ts';
import type { Ask } from './route.ts';
import type { Pact, Version, Webhook } from './state.ts';

export const webhookEvents = [
  'contract_content_changed',
  'contract_published',
  'contract_requiring_verification_published',
  'provider_verification_published',
  'provider_verification_failed',
  'provider_verification_succeeded',
] as const;

/** As its authors wrote it. */
export const webhookSchema = z.looseObject({
  description: z.string().nullish(),
  enabled: z.boolean().default(true),
  consumer: z.looseObject({ name: z.string().optional() }).nullish(),
  provider: z.looseObject({ name: z.string().optional() }).nullish(),
  events: z
    .array(z.looseObject({ name: z.enum(webhookEvents) }))
    .default([{ name: 'contract_content_changed' }]),
  request: z.looseObject({
    method: z.string().min(1).default('POST'),
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(z.string(), z.string()).default({}),
    username: z.string().nullish(),
    password: z.string().nullish(),
    body: z.unknown().optional(),
  }),
});

type About = Pick<Pact, 'consumer' | 'provider' | 'number' | 'sha'>;

const timeoutMs = 10_000;

/**
 * Begins the request of every webhook for an event; what became of it changes nothing here. Returns a sentence for
 * each.
 */
export function triggerWebhooks(
  ask: Ask,
  event: string,
  about: About,
  providerVersion: string | null = null,
): readonly string[] {
  return [...ask.state.webhooks.values()].flatMap((webhook) => {
    const read = webhookSchema.safeParse(webhook.webhook);
    if (!read.success || !read.data.enabled) return [];
    const { consumer, provider, events, description } = read.data;
    const concerns =
      events.some(({ name }) => name === event) &&
      (!consumer?.name || consumer.name === about.consumer) &&
      (!provider?.name || provider.name === about.provider);
    if (!concerns) return [];
    void execute(ask, webhook, about, event, providerVersion).catch(() => {});
    return [`Webhook "${description ?? webhook.uuid}" triggered for event ${event}.`];
  });
}

/** Makes a webhook's request now; resolves to the status of its answer. @throws when there is none */
export async function execute(
  { state, links }: Ask,
  { webhook }: Webhook,
  about: About,
  event: string,
  providerVersion: string | null,
): Promise<number> {
  const { request } = webhookSchema.parse(webhook);
  const versions = {
    consumer: state.version(about.consumer, about.number),
    provider: providerVersion === null ? undefined : state.version(about.provider, providerVersion),
  };
  const tagsOf = (version?: Version): string => [...(version?.tags.keys() ?? [])].join(', ');
  const branchOf = (version?: Version): string => [...(version?.branches.keys() ?? [])].at(-1) ?? '';
  const values: Readonly<Record<string, string>> = {
    consumerName: about.consumer,
    providerName: about.provider,
    consumerVersionNumber: about.number,
    consumerVersionTags: tagsOf(versions.consumer),
    consumerVersionBranch: branchOf(versions.consumer),
    providerVersionNumber: providerVersion ?? '',
    providerVersionTags: tagsOf(versions.provider),
    providerVersionBranch: branchOf(versions.provider),
    pactUrl: links.pactVersion(about),
    eventName: event,
    githubVerificationStatus: event.endsWith('_failed')
      ? 'failure'
      : event.endsWith('_succeeded')
        ? 'success'
        : 'pending',
    verificationResultUrl: `${links.verifications(about)}/latest`,
  };
  const filled = (text: string): string =>
    text.replace(/\$\{pactbroker\.(?<name>\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { username, password, body } = request;
  const response = await fetch(filled(request.url), {
    method: request.method.toUpperCase(),
    headers: {
      ...(username ? { authorization: basicAuth({ user: username, password: password ?? '' }) } : {}),
      ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
      ...Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, filled(value)])),
    },
    ...(body === undefined || body === null
      ? {}
      : { body: filled(typeof body === 'string' ? body : JSON.stringify(body)) }),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response.status;
}

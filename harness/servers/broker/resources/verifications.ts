import { z } from 'zod';
import { pactsForVerification, type VerifiablePact } from '../for-verification.ts';
import { type Ask, hal, halOrNotFound, invalid, notFound, type Route, route } from '../route.ts';
import { noticesFor } from '../verification-notices.ts';
import { verificationRequest } from '../verification-request.ts';
import { triggerWebhooks } from '../webhooks.ts';

const pair = 'pacts/provider/:provider/consumer/:consumer';
const published = z.looseObject({
  success: z.boolean({ error: 'is missing' }),
  providerApplicationVersion: z.string({ error: "can't be blank" }).min(1, "can't be blank"),
  buildUrl: z.string().nullish(),
  testResults: z.unknown().optional(),
  verifiedBy: z.unknown().optional(),
});

export const verificationRoutes: readonly Route[] = [
  route('POST', 'pacts/provider/:provider/for-verification', forVerification),
  route('GET', 'pacts/provider/:provider/for-verification', forVerification),
  ...['', '/metadata/:metadata'].flatMap((metadata) => [
    route('POST', `${pair}/pact-version/:sha${metadata}/verification-results`, publishResults),
    route('GET', `${pair}/pact-version/:sha${metadata}/verification-results/:number`, oneResult),
  ]),
  route('GET', `${pair}/pact-version/:sha/verification-results/latest`, (ask) =>
    answerLatest(ask, ask.params.sha ?? ''),
  ),
  route('GET', `${pair}/version/:number/verification-results/latest`, (ask) => {
    const { consumer = '', provider = '', number = '' } = ask.params;
    return answerLatest(ask, ask.state.pactsOf({ consumer, provider, number })[0]?.sha ?? '');
  }),
  route('GET', `${pair}/latest/verification-results/latest`, (ask) => {
    const { consumer = '', provider = '' } = ask.params;
    return answerLatest(ask, ask.state.pactsOf({ consumer, provider }).at(-1)?.sha ?? '');
  }),
];

function forVerification({ state, links, views, body, url, params: { provider = '' } }: Ask) {
  const read = verificationRequest.safeParse(body ?? {});
  if (!read.success) {
    const [issue] = read.error.issues;
    return invalid({ [issue?.path.join('.') || 'body']: [issue?.message ?? 'is not a request for pacts'] });
  }
  const found = pactsForVerification(provider, read.data, state);
  return hal(200, {
    _embedded: {
      pacts: found.map((one) => {
        const isWip = one.wipBranches.length > 0;
        return {
          shortDescription: one.short.join(', '),
          verificationProperties: {
            ...(read.data.includePendingStatus || isWip ? { pending: one.pending } : {}),
            ...(isWip ? { wip: true } : {}),
            notices: noticesFor(one, read.data, links.pactVersion(one.pact)),
          },
          _links: {
            self: { href: links.pactVersion(one.pact, metadataOf(one)), name: views.nameOf(one.pact) },
          },
        };
      }),
    },
    _links: { self: { href: url, title: 'Pacts to be verified' } },
  });
}

/** Travels with the pact and comes back with its results. */
function metadataOf({ wipBranches, pact }: VerifiablePact): string {
  return Buffer.from(
    new URLSearchParams({ cvn: pact.number, ...(wipBranches.length > 0 ? { wip: 'true' } : {}) }).toString(),
  ).toString('base64url');
}

async function publishResults(ask: Ask) {
  const { state, views, body, now, append, params } = ask;
  const { consumer = '', provider = '', sha = '', metadata = '' } = params;
  const pact = state.pactsOf({ consumer, provider, sha }).at(-1);
  if (pact === undefined) return notFound();
  const read = published.safeParse(body);
  if (!read.success) {
    return invalid(
      Object.fromEntries(read.error.issues.map(({ path, message }) => [path.join('.') || 'body', [message]])),
    );
  }
  const {
    success,
    providerApplicationVersion: providerVersion,
    buildUrl,
    testResults,
    verifiedBy,
  } = read.data;
  const wip = new URLSearchParams(Buffer.from(metadata, 'base64url').toString()).get('wip') === 'true';
  await append([
    {
      type: 'verification',
      consumer,
      provider,
      sha,
      providerVersion,
      success,
      buildUrl,
      wip,
      testResults,
      verifiedBy,
      at: now,
    },
  ]);
  for (const event of [
    'provider_verification_published',
    `provider_verification_${success ? 'succeeded' : 'failed'}`,
  ])
    triggerWebhooks(ask, event, pact, providerVersion);
  return halOrNotFound(state.lastVerification(pact, providerVersion), views.verification, 201);
}

function oneResult({ state, views, params }: Ask) {
  const found = state.verifications.find(
    ({ sha, consumer, provider, number }) =>
      sha === params.sha &&
      consumer === params.consumer &&
      provider === params.provider &&
      String(number) === params.number,
  );
  return halOrNotFound(found, views.verification);
}

function answerLatest({ state, views, params: { consumer = '', provider = '' } }: Ask, sha: string) {
  return halOrNotFound(state.lastVerification({ consumer, provider, sha }), views.verification);
}

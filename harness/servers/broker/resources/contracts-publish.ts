import { z } from 'zod';
import { changeIn, mergeWith, preparePact, requiringVerification } from '../publish.ts';
import { type Ask, hal, invalid, type Route, route } from '../route.ts';
import { viewsOf } from '../views.ts';
import { triggerWebhooks } from '../webhooks.ts';

const publication = z.looseObject({
  pacticipantName: z.string({ error: 'is missing' }).min(1, 'is missing'),
  pacticipantVersionNumber: z.string({ error: 'is missing' }).min(1, 'is missing'),
  branch: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  buildUrl: z.string().nullish(),
  contracts: z.array(
    z.looseObject({
      consumerName: z.string({ error: 'is missing' }),
      providerName: z.string({ error: 'is missing' }).min(1, 'is missing'),
      specification: z.string().default('pact'),
      content: z.string({ error: 'is missing' }),
      onConflict: z.enum(['overwrite', 'merge']).default('overwrite'),
    }),
    { error: 'is missing' },
  ),
});

interface Notice {
  readonly type: 'debug' | 'success' | 'warning' | 'prompt' | 'error';
  readonly text: string;
}

/** What the Pact Broker's command line publishes with: all contracts of one version at once, all or none. */
export const publishRoutes: readonly Route[] = [
  route('POST', 'contracts/publish', async (ask) => {
    const read = publication.safeParse(ask.body);
    if (!read.success) {
      const errors = Object.groupBy(read.error.issues, ({ path }) => String(path[0] ?? 'body'));
      return invalid(
        Object.fromEntries(
          Object.entries(errors).map(([key, issues = []]) => [
            key,
            issues.map(({ path, message }) =>
              path.length > 1 ? `${path.slice(1).join('.')} ${message}` : message,
            ),
          ]),
        ),
      );
    }
    return publish(ask, read.data);
  }),
];

async function publish(ask: Ask, wanted: z.infer<typeof publication>) {
  const { state, links, journal, now } = ask;
  const { pacticipantName: consumer, pacticipantVersionNumber: number, branch, buildUrl, contracts } = wanted;
  const tags = wanted.tags ?? [];
  const isNew = state.version(consumer, number) === undefined;
  const notices: Notice[] = [];
  const prepared: { provider: string; content: string; sha: string }[] = [];
  const problems: string[] = [];
  let isConflict = false;
  for (const [index, contract] of contracts.entries()) {
    const { providerName: provider, consumerName, content, onConflict } = contract;
    if (consumerName !== consumer) {
      problems.push(
        `consumerName ("${consumerName}") must be the pacticipantName ("${consumer}") (at index ${index})`,
      );
      continue;
    }
    let pact = preparePact(Buffer.from(content, 'base64').toString('utf8'), { consumer, provider });
    const [before] = state.pactsOf({ consumer, provider, number });
    const old = before === undefined ? null : await journal.content(before.content);
    if (pact.kind === 'pact' && onConflict === 'merge' && old !== null) pact = mergeWith(old, pact);
    if (pact.kind === 'problem') {
      problems.push(`content of the contract with ${provider} ${pact.problem} (at index ${index})`);
      isConflict ||= pact.isConflict;
      continue;
    }
    prepared.push({ provider, content: pact.content, sha: journal.shaOf(pact.content) });
  }
  if (problems.length > 0) {
    const texts = problems.map((text): Notice => ({ type: 'error', text }));
    return hal(isConflict ? 409 : 400, {
      errors: { contracts: problems },
      notices: texts,
      logs: logsOf(texts),
    });
  }

  const on = branch ? ` with branch ${branch}` : '';
  const tagged = tags.length === 0 ? '' : `${branch ? ' and' : ' with'} tags ${tags.join(', ')}`;
  notices.push({
    type: 'debug',
    text: `${isNew ? 'Created' : 'Updated'} ${consumer} version ${number}${on}${tagged}`,
  });
  const changes = prepared.map((one) => changeIn(state, { consumer, number, ...one }));
  const overwrites = prepared.map(({ provider, sha }) =>
    state.pactsOf({ consumer, provider, number }).some((one) => one.sha !== sha),
  );
  await ask.append(
    [
      { type: 'version', pacticipant: consumer, number, branch, buildUrl, tags, at: now },
      ...prepared.map(
        ({ provider, content, sha }) =>
          ({
            type: 'pact',
            consumer,
            provider,
            number,
            sha,
            content: journal.contentId(content),
            at: now,
          }) as const,
      ),
    ],
    prepared.map(({ content }) => content),
  );
  for (const [index, { provider, sha }] of prepared.entries()) {
    const change = changes[index] ?? null;
    const href = links.pact({ consumer, provider, number });
    notices.push(
      overwrites[index]
        ? {
            type: 'warning',
            text: `Pact with changed content published over existing content for ${consumer} version ${number} and provider ${provider}. This is not recommended in normal circumstances and may indicate that you have not configured your Pact pipeline correctly. For more information see https://docs.pact.io/go/versioning`,
          }
        : {
            type: 'success',
            text: `Pact successfully published for ${consumer} version ${number} and provider ${provider}.`,
          },
      { type: 'debug', text: `  View the published pact at ${href}` },
      {
        type: 'debug',
        text: `  Events detected: contract_published${change === null ? '' : `, contract_content_changed (${change})`}`,
      },
    );
    const pact = { consumer, provider, number, sha };
    const events = ['contract_published', ...(change === null ? [] : ['contract_content_changed'])];
    const open = requiringVerification(state, pact);
    const triggered = [
      ...events.flatMap((event) => triggerWebhooks(ask, event, pact)),
      ...open.flatMap(({ number: version }) =>
        triggerWebhooks(ask, 'contract_requiring_verification_published', pact, version),
      ),
    ];
    notices.push(...triggered.map((text): Notice => ({ type: 'debug', text: `  ${text}` })));
  }
  const views = viewsOf(state, links);
  return hal(200, {
    logs: logsOf(notices),
    notices,
    _embedded: {
      pacticipant: views.embeddedPacticipant(consumer),
      version: views.embeddedVersion(consumer, number),
    },
    _links: {
      'pb:pacticipant': { title: 'Pacticipant', name: consumer, href: links.pacticipant(consumer) },
      'pb:pacticipant-version': {
        title: 'Pacticipant version',
        name: number,
        href: links.version(consumer, number),
      },
      'pb:pacticipant-version-tags': tags.map((tag) => ({
        title: 'Tag',
        name: tag,
        href: links.tag(consumer, number, tag),
      })),
      'pb:contracts': prepared.map(({ provider }) => ({
        title: 'Pact',
        name: `Pact between ${consumer} (${number}) and ${provider}`,
        href: links.pact({ consumer, provider, number }),
      })),
    },
  });
}

/** The older form of notices, which some clients still read. */
function logsOf(notices: readonly Notice[]) {
  return notices.map(({ type, text }) => ({
    level: type,
    message: text,
    deprecationWarning: 'Replaced by notices',
  }));
}

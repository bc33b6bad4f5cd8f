import { z } from 'zod';
import { announce, type Publication, readPublication } from '../publication.ts';
import { type Ask, hal, invalid, type Route, route } from '../route.ts';

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
  const { state, links, views, now } = ask;
  const { pacticipantName: consumer, pacticipantVersionNumber: number, branch, buildUrl, contracts } = wanted;
  const tags = wanted.tags ?? [];
  const isNew = state.version(consumer, number) === undefined;
  const notices: Notice[] = [];
  const publications: Extract<Publication, { kind: 'publication' }>[] = [];
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
    const text = Buffer.from(content, 'base64').toString('utf8');
    const merges = onConflict === 'merge';
    const read = await readPublication(ask, text, { consumer, provider, number }, { merges });
    if (read.kind === 'problem') {
      problems.push(`content of the contract with ${provider} ${read.problem} (at index ${index})`);
      isConflict ||= read.isConflict;
    } else publications.push(read);
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
  await ask.append(
    [
      { type: 'version', pacticipant: consumer, number, branch, buildUrl, tags, at: now },
      ...publications.map(({ event }) => event),
    ],
    publications.map(({ text }) => text),
  );
  for (const { event, before, change } of publications) {
    const { provider } = event;
    const overwrites = before !== undefined && before.sha !== event.sha;
    notices.push(
      overwrites
        ? {
            type: 'warning',
            text: `Pact with changed content published over existing content for ${consumer} version ${number} and provider ${provider}. This is not recommended in normal circumstances and may indicate that you have not configured your Pact pipeline correctly. For more information see https://docs.pact.io/go/versioning`,
          }
        : {
            type: 'success',
            text: `Pact successfully published for ${consumer} version ${number} and provider ${provider}.`,
          },
      { type: 'debug', text: `  View the published pact at ${links.pact(event)}` },
      {
        type: 'debug',
        text: `  Events detected: contract_published${change === null ? '' : `, contract_content_changed (${change})`}`,
      },
    );
    const triggered = announce(ask, event, { isChanged: change !== null });
    notices.push(...triggered.map((text): Notice => ({ type: 'debug', text: `  ${text}` })));
  }
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
      'pb:contracts': publications.map(({ event }) => ({
        title: 'Pact',
        name: views.nameOf(event),
        href: links.pact(event),
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

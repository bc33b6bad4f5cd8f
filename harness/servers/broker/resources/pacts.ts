import { changeIn, mergeWith, preparePact, requiringVerification } from '../publish.ts';
import { type Ask, hal, noContent, notFound, type Route, route } from '../route.ts';
import type { Pact } from '../state.ts';
import { viewsOf } from '../views.ts';
import { triggerWebhooks } from '../webhooks.ts';

const pair = 'pacts/provider/:provider/consumer/:consumer';

export const pactRoutes: readonly Route[] = [
  route('GET', `${pair}/version/:number`, (ask) => answerPact(ask, onePact(ask))),
  route('PUT', `${pair}/version/:number`, put),
  route('PATCH', `${pair}/version/:number`, put),
  route('DELETE', `${pair}/version/:number`, async (ask) => {
    const pact = onePact(ask);
    if (pact === undefined) return notFound();
    const { consumer, provider, number } = pact;
    await ask.append([{ type: 'pact-deleted', consumer, provider, number, at: ask.now }]);
    return noContent;
  }),
  route('GET', `${pair}/pact-version/:sha`, (ask) => answerPact(ask, byContent(ask))),
  route('GET', `${pair}/pact-version/:sha/metadata/:metadata`, (ask) =>
    answerPact(ask, byContent(ask), ask.params.metadata),
  ),
  route('GET', `${pair}/latest`, (ask) => answerPact(ask, pactsOf(ask).at(-1))),
  route('GET', `${pair}/latest/:tag`, (ask) => answerPact(ask, pactsOf(ask).filter(hasTag(ask)).at(-1))),
  route('GET', `${pair}/branch/:branch/latest`, (ask) =>
    answerPact(ask, headOf(ask, ask.params.branch ?? '')),
  ),
  route('GET', `${pair}/versions`, (ask) => listPacts(ask, pactsOf(ask).toReversed())),
  route('GET', `${pair}/tag/:tag`, (ask) => listPacts(ask, pactsOf(ask).filter(hasTag(ask)).toReversed())),
  route('GET', `${pair}/branch/versions`, (ask) => listPacts(ask, onMainBranch(ask, false))),
  route('GET', `${pair}/branch/latest/versions`, (ask) => listPacts(ask, onMainBranch(ask, true))),
  route('GET', `${pair}/branch/:branch`, (ask) => listPacts(ask, onBranch(ask, ask.params.branch ?? ''))),
  route('GET', `${pair}/branch/:branch/latest/versions`, (ask) =>
    listPacts(ask, [headOf(ask, ask.params.branch ?? '') ?? []].flat()),
  ),
  route('GET', 'pacts/latest', latestPacts),
  route('GET', 'pacts/provider/:provider', (ask) => listPacts(ask, pactsOf(ask).toReversed())),
  route('GET', 'pacts/provider/:provider/latest', (ask) => listPacts(ask, newestOfEach(pactsOf(ask)))),
  route('GET', 'pacts/provider/:provider/latest/:tag', (ask) =>
    listPacts(ask, newestOfEach(pactsOf(ask).filter(hasTag(ask)))),
  ),
  route('GET', 'pacts/provider/:provider/tag/:tag', (ask) =>
    listPacts(ask, pactsOf(ask).filter(hasTag(ask))),
  ),
  route('GET', 'pacts/provider/:provider/branch', (ask) => listPacts(ask, onMainBranch(ask, false))),
  route('GET', 'pacts/provider/:provider/branch/latest', (ask) => listPacts(ask, onMainBranch(ask, true))),
  route('GET', 'pacts/provider/:provider/branch/:branch', (ask) =>
    listPacts(ask, onBranch(ask, ask.params.branch ?? '')),
  ),
  route('GET', 'pacts/provider/:provider/branch/:branch/latest', (ask) =>
    listPacts(ask, newestOfEach(onBranch(ask, ask.params.branch ?? ''))),
  ),
  route('GET', 'pacts/provider/:provider/provider-states', (ask) =>
    providerStates(ask, newestOfEach(pactsOf(ask))),
  ),
  route('GET', 'pacts/provider/:provider/provider-states/branch/:branch', (ask) =>
    providerStates(ask, newestOfEach(onBranch(ask, ask.params.branch ?? ''))),
  ),
  route('GET', 'pacts/provider/:provider/provider-states/environment/:environment', (ask) =>
    providerStates(
      ask,
      pactsOf(ask).filter(({ consumer, number }) =>
        ask.state.numbersIn(ask.params.environment ?? '', consumer).includes(number),
      ),
    ),
  ),
];

/** In the order of their consumers' versions. */
function pactsOf({ state, params: { provider = '', consumer } }: Ask): readonly Pact[] {
  const order = (pact: Pact): number => state.version(pact.consumer, pact.number)?.order ?? 0;
  return state
    .pactsOf({ provider, ...(consumer === undefined ? {} : { consumer }) })
    .toSorted((a, b) => order(a) - order(b));
}

function onePact(ask: Ask): Pact | undefined {
  return pactsOf(ask).find(({ number }) => number === ask.params.number);
}

function byContent(ask: Ask): Pact | undefined {
  return pactsOf(ask).findLast(({ sha }) => sha === ask.params.sha);
}

function hasTag({ state, params: { tag = '' } }: Ask) {
  return ({ consumer, number }: Pact): boolean => state.version(consumer, number)?.tags.has(tag) === true;
}

function onBranch(ask: Ask, branch: string): readonly Pact[] {
  return pactsOf(ask).filter(({ consumer, number }) =>
    ask.state.version(consumer, number)?.branches.has(branch),
  );
}

function headOf(ask: Ask, branch: string): Pact | undefined {
  const order = ({ consumer, number }: Pact): number =>
    ask.state.version(consumer, number)?.branches.get(branch) ?? 0;
  return onBranch(ask, branch)
    .toSorted((a, b) => order(a) - order(b))
    .at(-1);
}

function onMainBranch(ask: Ask, latest: boolean): readonly Pact[] {
  const pacts = pactsOf(ask).filter(({ consumer, number }) => {
    const main = ask.state.pacticipants.get(consumer)?.mainBranch ?? null;
    return main !== null && ask.state.version(consumer, number)?.branches.has(main);
  });
  return latest ? newestOfEach(pacts) : pacts;
}

/** The newest pact of each consumer. */
function newestOfEach(pacts: readonly Pact[]): readonly Pact[] {
  return [...new Map(pacts.map((pact) => [`${pact.consumer} ${pact.provider}`, pact])).values()];
}

async function answerPact({ state, links, journal }: Ask, pact: Pact | undefined, metadata?: string) {
  if (pact === undefined) return notFound();
  const text = await journal.content(pact.content);
  if (text === null)
    return notFound(`The text of the pact between ${pact.consumer} and ${pact.provider} is lost.`);
  const views = viewsOf(state, links);
  const links_ = JSON.stringify(views.pactLinks(pact, metadata));
  // The pact's own text is not parsed and written again: numbers would lose how they were written.
  const body = text.trimEnd().replace(/\}$/, `,"createdAt":${JSON.stringify(pact.at)},"_links":${links_}}`);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/hal+json;charset=utf-8' },
    body: body.replace(/^(\s*\{\s*),/, '$1'),
  };
}

async function put(ask: Ask) {
  const { state, links, journal, now, params } = ask;
  const { consumer = '', provider = '', number = '' } = params;
  let pact = preparePact(ask.text, { consumer, provider });
  const before = onePact(ask);
  const old = before === undefined ? null : await journal.content(before.content);
  if (pact.kind === 'pact' && old !== null && ask.query.get('merge') === 'true') pact = mergeWith(old, pact);
  if (pact.kind === 'problem') {
    const text = `the pact ${pact.problem}`;
    return hal(pact.isConflict ? 409 : 400, { errors: { pact: [text] }, error: text });
  }
  const { content } = pact;
  const sha = journal.shaOf(pact.content);
  const change = changeIn(state, { consumer, provider, number, sha });
  await ask.append(
    [{ type: 'pact', consumer, provider, number, sha, content: journal.contentId(content), at: now }],
    [content],
  );
  const about = { consumer, provider, number, sha };
  for (const event of ['contract_published', ...(change === null ? [] : ['contract_content_changed'])])
    triggerWebhooks(ask, event, about);
  for (const open of requiringVerification(state, about))
    triggerWebhooks(ask, 'contract_requiring_verification_published', about, open.number);
  const made = onePact(ask);
  if (made === undefined) return notFound();
  const answer = await answerPact(ask, made);
  return {
    ...answer,
    status: before === undefined ? 201 : 200,
    headers: { ...answer.headers, Location: links.pact(made) },
  };
}

function listPacts({ state, links, url, params }: Ask, pacts: readonly Pact[]) {
  const views = viewsOf(state, links);
  const listed = pacts.map((pact) => ({
    href: links.pact(pact),
    title: views.nameOf(pact),
    name: pact.consumer,
  }));
  return hal(200, {
    _embedded: {
      pacts: pacts.map((pact) => ({
        _embedded: { consumerVersion: views.embeddedVersion(pact.consumer, pact.number) },
        _links: { self: { href: links.pact(pact), title: views.nameOf(pact), name: views.nameOf(pact) } },
      })),
    },
    _links: {
      self: { href: url, title: `Pacts of the provider ${params.provider ?? ''}` },
      'pb:provider': { href: links.pacticipant(params.provider ?? ''), name: params.provider ?? '' },
      'pb:pacts': listed,
      pacts: listed,
    },
  });
}

function latestPacts({ state, links, url }: Ask) {
  const views = viewsOf(state, links);
  const side = (name: string, number?: string) => ({
    ...views.embeddedPacticipant(name),
    ...(number === undefined ? {} : { _embedded: { version: views.embeddedVersion(name, number) } }),
  });
  const order = (pact: Pact): number => state.version(pact.consumer, pact.number)?.order ?? 0;
  const pacts = newestOfEach(state.pacts.toSorted((a, b) => order(a) - order(b)));
  return hal(200, {
    pacts: pacts.map((pact) => ({
      createdAt: pact.at,
      _embedded: { consumer: side(pact.consumer, pact.number), provider: side(pact.provider) },
      _links: { self: [{ href: links.latestPact(pact) }, { href: links.pact(pact) }] },
    })),
    _links: {
      self: { href: url },
      'pb:pacts': pacts.map((pact) => ({
        href: links.latestPact(pact),
        title: `Latest pact between ${pact.consumer} and ${pact.provider}`,
      })),
    },
  });
}

async function providerStates({ journal }: Ask, pacts: readonly Pact[]) {
  const states = new Map<string, Set<string>>();
  for (const pact of pacts) {
    const parsed = JSON.parse((await journal.content(pact.content)) ?? '{}') as Readonly<
      Record<string, unknown>
    >;
    for (const one of [parsed.interactions ?? [], parsed.messages ?? []].flat()) {
      for (const name of stateNames(one as Readonly<Record<string, unknown>>)) {
        states.set(name, (states.get(name) ?? new Set()).add(pact.consumer));
      }
    }
  }
  return hal(200, {
    providerStates: [...states].map(([name, consumers]) => ({ name, consumers: [...consumers].sort() })),
  });
}

function stateNames({
  providerState,
  providerStates: states,
}: Readonly<Record<string, unknown>>): readonly string[] {
  const single = typeof providerState === 'string' && providerState !== '' ? [providerState] : [];
  const many = Array.isArray(states)
    ? states.flatMap((one) => String((one as { name?: unknown })?.name ?? ''))
    : [];
  return [...single, ...many];
}

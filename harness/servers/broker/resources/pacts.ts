import { announce, readPublication } from '../publication.ts';
import { type Ask, hal, noContent, notFound, type Route, route } from '../route.ts';
import type { Pact } from '../state.ts';

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
    answerPact(ask, ask.state.newestOnBranch(pactsOf(ask), ask.params.branch ?? '')),
  ),
  route('GET', `${pair}/versions`, (ask) => listPacts(ask, pactsOf(ask).toReversed())),
  route('GET', `${pair}/tag/:tag`, (ask) => listPacts(ask, pactsOf(ask).filter(hasTag(ask)).toReversed())),
  route('GET', `${pair}/branch/versions`, (ask) => listPacts(ask, onMainBranch(ask, false))),
  route('GET', `${pair}/branch/latest/versions`, (ask) => listPacts(ask, onMainBranch(ask, true))),
  route('GET', `${pair}/branch/:branch`, (ask) => listPacts(ask, onBranch(ask, ask.params.branch ?? ''))),
  route('GET', `${pair}/branch/:branch/latest/versions`, (ask) =>
    listPacts(ask, [ask.state.newestOnBranch(pactsOf(ask), ask.params.branch ?? '') ?? []].flat()),
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

/** Of the path's provider, and consumer where it names one. */
function pactsOf({ state, params: { provider = '', consumer } }: Ask): readonly Pact[] {
  return state.pactsOf({ provider, ...(consumer === undefined ? {} : { consumer }) });
}

function onePact(ask: Ask): Pact | undefined {
  return pactsOf(ask).find(({ number }) => number === ask.params.number);
}

function byContent(ask: Ask): Pact | undefined {
  return pactsOf(ask).findLast(({ sha }) => sha === ask.params.sha);
}

function hasTag({ state, params: { tag = '' } }: Ask) {
  return (pact: Pact): boolean => state.versionOf(pact)?.tags.has(tag) === true;
}

function onBranch(ask: Ask, branch: string): readonly Pact[] {
  return pactsOf(ask).filter((pact) => ask.state.versionOf(pact)?.branches.has(branch));
}

function onMainBranch(ask: Ask, latest: boolean): readonly Pact[] {
  const pacts = pactsOf(ask).filter((pact) => {
    const main = ask.state.pacticipants.get(pact.consumer)?.mainBranch ?? null;
    return main !== null && ask.state.versionOf(pact)?.branches.has(main);
  });
  return latest ? newestOfEach(pacts) : pacts;
}

/** The newest pact of each consumer. */
function newestOfEach(pacts: readonly Pact[]): readonly Pact[] {
  return [...new Map(pacts.map((pact) => [JSON.stringify([pact.consumer, pact.provider]), pact])).values()];
}

async function answerPact({ views, journal }: Ask, pact: Pact | undefined, metadata?: string) {
  if (pact === undefined) return notFound();
  const text = await journal.content(pact.content);
  if (text === null)
    return notFound(`The text of the pact between ${pact.consumer} and ${pact.provider} is lost.`);
  const links = JSON.stringify(views.pactLinks(pact, metadata));
  // The pact's own text is not parsed and written again: numbers would lose how they were written.
  const body = text.trimEnd().replace(/\}$/, `,"createdAt":${JSON.stringify(pact.at)},"_links":${links}}`);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/hal+json;charset=utf-8' },
    body: body.replace(/^(\s*\{\s*),/, '$1'),
  };
}

async function put(ask: Ask) {
  const { consumer = '', provider = '', number = '' } = ask.params;
  const merges = ask.query.get('merge') === 'true';
  const read = await readPublication(ask, ask.text, { consumer, provider, number }, { merges });
  if (read.kind === 'problem') {
    const text = `the pact ${read.problem}`;
    return hal(read.isConflict ? 409 : 400, { errors: { pact: [text] }, error: text });
  }
  await ask.append([read.event], [read.text]);
  announce(ask, read.event, { isChanged: read.change !== null });
  const made = onePact(ask);
  if (made === undefined) return notFound();
  const answer = await answerPact(ask, made);
  return {
    ...answer,
    status: read.before === undefined ? 201 : 200,
    headers: { ...answer.headers, Location: ask.links.pact(made) },
  };
}

function listPacts({ links, views, url, params }: Ask, pacts: readonly Pact[]) {
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

function latestPacts({ state, links, views, url }: Ask) {
  const side = (name: string, number?: string) => ({
    ...views.embeddedPacticipant(name),
    ...(number === undefined ? {} : { _embedded: { version: views.embeddedVersion(name, number) } }),
  });
  const pacts = newestOfEach(state.pactsOf({}));
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

import { z } from 'zod';
import { type Ask, hal, invalid, noContent, notFound, type Route, route } from '../route.ts';
import { viewsOf } from '../views.ts';

const environment = z.looseObject({
  name: z.string().min(1).optional(),
  displayName: z.string().nullish(),
  production: z.boolean().optional(),
  contacts: z.array(z.unknown()).nullish(),
});
const deployment = z.looseObject({
  applicationInstance: z.string().nullish(),
  target: z.string().nullish(),
});

export const environmentRoutes: readonly Route[] = [
  route('GET', 'environments', ({ state, links }) => {
    const views = viewsOf(state, links);
    const all = [...state.environments.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return hal(200, {
      _embedded: { environments: all.map(views.environment) },
      _links: {
        self: { title: 'Environments', href: links.path('environments') },
        'pb:environments': all.map(({ uuid, name }) => ({
          title: 'Environment',
          name,
          href: links.environment(uuid),
        })),
      },
    });
  }),
  route('POST', 'environments', async ({ body, state, links, append, newId, now }) => {
    const read = environment.safeParse(body);
    if (!read.success || read.data.name === undefined) return invalid({ name: ['is missing'] });
    const { name, displayName, production = false, contacts } = read.data;
    const taken = state.environmentNamed(name);
    if (taken !== undefined)
      return invalid({ name: [`Another environment with name '${name}' already exists`] });
    const uuid = newId();
    await append([
      { type: 'environment', uuid, name, displayName, production, contacts: contacts ?? [], at: now },
    ]);
    const made = state.environments.get(uuid);
    return made === undefined ? notFound() : hal(201, viewsOf(state, links).environment(made));
  }),
  route('GET', 'environments/:uuid', ({ state, links, params: { uuid = '' } }) => {
    const found = state.environments.get(uuid);
    return found === undefined ? notFound() : hal(200, viewsOf(state, links).environment(found));
  }),
  route('PUT', 'environments/:uuid', async ({ body, state, links, append, now, params: { uuid = '' } }) => {
    const before = state.environments.get(uuid);
    if (before === undefined) return notFound();
    const read = environment.safeParse(body);
    if (!read.success) return invalid({ body: ['is not an environment'] });
    const { name = before.name, displayName, production = false, contacts } = read.data;
    const taken = state.environmentNamed(name);
    if (taken !== undefined && taken.uuid !== uuid)
      return invalid({ name: [`Another environment with name '${name}' already exists`] });
    await append([
      { type: 'environment', uuid, name, displayName, production, contacts: contacts ?? [], at: now },
    ]);
    const made = state.environments.get(uuid);
    return made === undefined ? notFound() : hal(200, viewsOf(state, links).environment(made));
  }),
  route('DELETE', 'environments/:uuid', async ({ state, append, now, params: { uuid = '' } }) => {
    if (!state.environments.has(uuid)) return notFound();
    await append([{ type: 'environment-deleted', uuid, at: now }]);
    return noContent;
  }),
  route('GET', 'environments/:uuid/deployed-versions/currently-deployed', (ask) => {
    const { state, links, query, url, params } = ask;
    const found = state.deployed.filter(
      (one) => one.environment === params.uuid && one.undeployedAt === null && isAbout(one, query),
    );
    return hal(200, {
      _embedded: { deployedVersions: found.map(viewsOf(state, links).deployed) },
      _links: { self: { href: url } },
    });
  }),
  route('GET', 'environments/:uuid/released-versions/currently-supported', (ask) => {
    const { state, links, query, url, params } = ask;
    const found = state.released.filter(
      (one) => one.environment === params.uuid && one.supportEndedAt === null && isAbout(one, query),
    );
    return hal(200, {
      _embedded: { releasedVersions: found.map(viewsOf(state, links).released) },
      _links: { self: { href: url } },
    });
  }),
  ...placing('deployed-versions', recordDeployment),
  ...placing('released-versions', recordRelease),
  route('GET', 'deployed-versions/:uuid', ({ state, links, params }) => {
    const found = state.deployed.find(({ uuid }) => uuid === params.uuid);
    return found === undefined ? notFound() : hal(200, viewsOf(state, links).deployed(found));
  }),
  route('PATCH', 'deployed-versions/:uuid', async ({ state, links, body, append, now, params }) => {
    const { uuid = '' } = params;
    if (!state.deployed.some((one) => one.uuid === uuid)) return notFound();
    if (isFalse(body, 'currentlyDeployed')) await append([{ type: 'undeployed', uuid, at: now }]);
    const found = state.deployed.find((one) => one.uuid === uuid);
    return found === undefined ? notFound() : hal(200, viewsOf(state, links).deployed(found));
  }),
  route('GET', 'released-versions/:uuid', ({ state, links, params }) => {
    const found = state.released.find(({ uuid }) => uuid === params.uuid);
    return found === undefined ? notFound() : hal(200, viewsOf(state, links).released(found));
  }),
  route('PATCH', 'released-versions/:uuid', async ({ state, links, body, append, now, params }) => {
    const { uuid = '' } = params;
    if (!state.released.some((one) => one.uuid === uuid)) return notFound();
    if (isFalse(body, 'currentlySupported')) await append([{ type: 'support-ended', uuid, at: now }]);
    const found = state.released.find((one) => one.uuid === uuid);
    return found === undefined ? notFound() : hal(200, viewsOf(state, links).released(found));
  }),
];

type Place = { readonly pacticipant: string; readonly number: string; readonly environment: string };

/** Both ways to say that a version is in an environment have the same address and differ in what they do to others. */
function placing(
  kind: 'deployed-versions' | 'released-versions',
  record: (ask: Ask, place: Place) => ReturnType<Route['answer']>,
) {
  return (['POST', 'PUT'] as const).map((method) =>
    route(method, `pacticipants/:name/versions/:number/${kind}/environment/:environment`, (ask) => {
      const { name = '', number = '', environment: uuid = '' } = ask.params;
      const isKnown = ask.state.version(name, number) !== undefined && ask.state.environments.has(uuid);
      return isKnown ? record(ask, { pacticipant: name, number, environment: uuid }) : notFound();
    }),
  );
}

async function recordDeployment({ state, links, body, append, newId, now }: Ask, place: Place) {
  const read = deployment.safeParse(body ?? {});
  if (!read.success) return invalid({ body: ['is not a deployment'] });
  const applicationInstance = read.data.applicationInstance ?? read.data.target ?? null;
  await append([{ type: 'deployed', uuid: newId(), ...place, applicationInstance, at: now }]);
  const made = state.deployed.findLast(
    (one) =>
      one.pacticipant === place.pacticipant &&
      one.number === place.number &&
      one.environment === place.environment &&
      one.applicationInstance === applicationInstance &&
      one.undeployedAt === null,
  );
  return made === undefined ? notFound() : hal(201, viewsOf(state, links).deployed(made));
}

async function recordRelease({ state, links, append, newId, now }: Ask, place: Place) {
  const same = (one: Place & { readonly supportEndedAt: string | null }): boolean =>
    one.pacticipant === place.pacticipant &&
    one.number === place.number &&
    one.environment === place.environment &&
    one.supportEndedAt === null;
  if (!state.released.some(same)) await append([{ type: 'released', uuid: newId(), ...place, at: now }]);
  const made = state.released.find(same);
  return made === undefined ? notFound() : hal(201, viewsOf(state, links).released(made));
}

function isAbout({ pacticipant, number }: Place, query: URLSearchParams): boolean {
  const [name, version] = [query.get('pacticipant'), query.get('version')];
  return (name === null || name === pacticipant) && (version === null || version === number);
}

function isFalse(body: unknown, member: string): boolean {
  return (body as Readonly<Record<string, unknown>> | null | undefined)?.[member] === false;
}

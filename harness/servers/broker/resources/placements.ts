import { z } from 'zod';
import { type Ask, hal, halOrNotFound, invalid, notFound, type Route, route } from '../route.ts';
import { isSamePlace, type Place, type Placement } from '../state.ts';

const deployment = z.looseObject({
  applicationInstance: z.string().nullish(),
  target: z.string().nullish(),
});

interface Kind {
  readonly type: Placement['type'];
  /** Of the versions that are in an environment now: the end of their address, and the member that clients set to false. */
  readonly address: string;
  readonly member: 'currentlyDeployed' | 'currentlySupported';
  readonly end: 'undeployed' | 'support-ended';
  readonly record: (ask: Ask, place: Place) => ReturnType<Route['answer']>;
}

const kinds: readonly Kind[] = [
  {
    type: 'deployed',
    address: 'currently-deployed',
    member: 'currentlyDeployed',
    end: 'undeployed',
    record: recordDeployment,
  },
  {
    type: 'released',
    address: 'currently-supported',
    member: 'currentlySupported',
    end: 'support-ended',
    record: recordRelease,
  },
];

/** Which versions are in an environment: deployed there, or released in it. The two differ in what they do to others. */
export const placementRoutes: readonly Route[] = kinds.flatMap(({ type, address, member, end, record }) => [
  route('GET', `environments/:uuid/${type}-versions/${address}`, ({ state, views, query, url, params }) => {
    const found = state
      .currentPlacements(type)
      .filter((one) => one.environment === params.uuid && isAbout(one, query));
    return hal(200, {
      _embedded: { [`${type}Versions`]: found.map(views.placement) },
      _links: { self: { href: url } },
    });
  }),
  ...(['POST', 'PUT'] as const).map((method) =>
    route(method, `pacticipants/:name/versions/:number/${type}-versions/environment/:environment`, (ask) => {
      const { name = '', number = '', environment = '' } = ask.params;
      const isKnown =
        ask.state.version(name, number) !== undefined && ask.state.environments.has(environment);
      return isKnown ? record(ask, { pacticipant: name, number, environment }) : notFound();
    }),
  ),
  route('GET', `${type}-versions/:uuid`, (ask) => answerPlacement(ask, type)),
  route('PATCH', `${type}-versions/:uuid`, async (ask) => {
    const { uuid = '' } = ask.params;
    const isKnown = ask.state.placements.some((one) => one.type === type && one.uuid === uuid);
    if (isKnown && isFalse(ask.body, member)) await ask.append([{ type: end, uuid, at: ask.now }]);
    return answerPlacement(ask, type);
  }),
]);

function answerPlacement({ state, views, params }: Ask, type: Placement['type']) {
  const found = state.placements.find((one) => one.type === type && one.uuid === params.uuid);
  return halOrNotFound(found, views.placement);
}

async function recordDeployment({ state, views, body, append, newId, now }: Ask, place: Place) {
  const read = deployment.safeParse(body ?? {});
  if (!read.success) return invalid({ body: ['is not a deployment'] });
  const applicationInstance = read.data.applicationInstance ?? read.data.target ?? null;
  await append([{ type: 'deployed', uuid: newId(), ...place, applicationInstance, at: now }]);
  const made = state
    .currentPlacements('deployed')
    .find(
      (one) =>
        isSamePlace(one, place) && one.type === 'deployed' && one.applicationInstance === applicationInstance,
    );
  return halOrNotFound(made, views.placement, 201);
}

async function recordRelease({ state, views, append, newId, now }: Ask, place: Place) {
  const known = (): Placement | undefined =>
    state.currentPlacements('released').find((one) => isSamePlace(one, place));
  if (known() === undefined) await append([{ type: 'released', uuid: newId(), ...place, at: now }]);
  return halOrNotFound(known(), views.placement, 201);
}

function isAbout({ pacticipant, number }: Place, query: URLSearchParams): boolean {
  const [name, version] = [query.get('pacticipant'), query.get('version')];
  return (name === null || name === pacticipant) && (version === null || version === number);
}

function isFalse(body: unknown, member: string): boolean {
  return (body as Readonly<Record<string, unknown>> | null | undefined)?.[member] === false;
}

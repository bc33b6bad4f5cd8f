import { z } from 'zod';
import { type Ask, hal, halOrNotFound, invalid, noContent, notFound, type Route, route } from '../route.ts';

const environment = z.looseObject({
  name: z.string().min(1).optional(),
  displayName: z.string().nullish(),
  production: z.boolean().optional(),
  contacts: z.array(z.unknown()).nullish(),
});

export const environmentRoutes: readonly Route[] = [
  route('GET', 'environments', ({ state, links, views }) => {
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
  route('POST', 'environments', (ask) => {
    const read = environment.safeParse(ask.body);
    if (!read.success || read.data.name === undefined) return invalid({ name: ['is missing'] });
    return save(ask, ask.newId(), { ...read.data, name: read.data.name }, 201);
  }),
  route('GET', 'environments/:uuid', ({ state, views, params: { uuid = '' } }) =>
    halOrNotFound(state.environments.get(uuid), views.environment),
  ),
  route('PUT', 'environments/:uuid', (ask) => {
    const { uuid = '' } = ask.params;
    const before = ask.state.environments.get(uuid);
    if (before === undefined) return notFound();
    const read = environment.safeParse(ask.body);
    if (!read.success) return invalid({ body: ['is not an environment'] });
    return save(ask, uuid, { ...read.data, name: read.data.name ?? before.name }, 200);
  }),
  route('DELETE', 'environments/:uuid', async ({ state, append, now, params: { uuid = '' } }) => {
    if (!state.environments.has(uuid)) return notFound();
    await append([{ type: 'environment-deleted', uuid, at: now }]);
    return noContent;
  }),
];

async function save(
  { state, views, append, now }: Ask,
  uuid: string,
  written: z.infer<typeof environment> & { readonly name: string },
  status: 200 | 201,
) {
  const { name, displayName, production = false, contacts } = written;
  const other = state.environmentNamed(name);
  if (other !== undefined && other.uuid !== uuid)
    return invalid({ name: [`Another environment with name '${name}' already exists`] });
  await append([
    { type: 'environment', uuid, name, displayName, production, contacts: contacts ?? [], at: now },
  ]);
  return halOrNotFound(state.environments.get(uuid), views.environment, status);
}

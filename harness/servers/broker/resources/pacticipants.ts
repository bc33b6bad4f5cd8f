import { z } from 'zod';
import { type Ask, hal, halOrNotFound, invalid, noContent, notFound, type Route, route } from '../route.ts';
import type { Version } from '../state.ts';

const pacticipant = z.looseObject({
  name: z.string().min(1).optional(),
  displayName: z.string().nullish(),
  mainBranch: z.string().nullish(),
  repositoryUrl: z.string().nullish(),
});
const version = z.looseObject({
  buildUrl: z.string().nullish(),
  branch: z.string().nullish(),
  tags: z.array(z.union([z.string(), z.looseObject({ name: z.string() })])).default([]),
});

export const pacticipantRoutes: readonly Route[] = [
  route('GET', 'pacticipants', ({ state, links, views }) => {
    const all = [...state.pacticipants.keys()].sort().map(views.pacticipant);
    return hal(200, {
      pacticipants: all,
      _embedded: { pacticipants: all },
      _links: {
        self: { href: links.path('pacticipants') },
        'pb:pacticipants': all.map(({ name }) => ({
          href: links.pacticipant(name),
          title: 'Pacticipant',
          name,
        })),
      },
    });
  }),
  route('POST', 'pacticipants', async ({ body, append, views, now }) => {
    const read = pacticipant.safeParse(body);
    if (!read.success || read.data.name === undefined) return invalid({ name: ["can't be blank"] });
    const { name, displayName, mainBranch, repositoryUrl } = read.data;
    await append([{ type: 'pacticipant', name, displayName, mainBranch, repositoryUrl, at: now }]);
    return hal(201, views.pacticipant(name));
  }),
  route('GET', 'pacticipants/:name', ({ state, views, params: { name = '' } }) =>
    state.pacticipants.has(name) ? hal(200, views.pacticipant(name)) : notFound(),
  ),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route(
      method,
      'pacticipants/:name',
      async ({ body, append, state, views, now, params: { name = '' } }) => {
        const read = pacticipant.safeParse(body ?? {});
        if (!read.success) return invalid({ body: ['is not a pacticipant'] });
        const isNew = !state.pacticipants.has(name);
        const { displayName, mainBranch, repositoryUrl } = read.data;
        await append([{ type: 'pacticipant', name, displayName, mainBranch, repositoryUrl, at: now }]);
        return hal(isNew ? 201 : 200, views.pacticipant(name));
      },
    ),
  ),
  route('DELETE', 'pacticipants/:name', async ({ state, append, now, params: { name = '' } }) => {
    if (!state.pacticipants.has(name)) return notFound();
    await append([{ type: 'pacticipant-deleted', name, at: now }]);
    return noContent;
  }),
  route('GET', 'pacticipants/:name/versions', ({ state, views, url, params: { name = '' } }) => {
    if (!state.pacticipants.has(name)) return notFound();
    const versions = state.versionsOf(name).toReversed();
    return hal(200, {
      _embedded: { versions: versions.map((one) => views.version(one)) },
      _links: { self: { href: url } },
    });
  }),
  route('GET', 'pacticipants/:name/branches/:branch/versions', ({ state, views, url, params }) => {
    const { name = '', branch = '' } = params;
    const versions = state
      .versionsOf(name)
      .filter(({ branches }) => branches.has(branch))
      .toReversed();
    return hal(200, {
      _embedded: { versions: versions.map((one) => views.version(one)) },
      _links: { self: { href: url } },
    });
  }),
  route('GET', 'pacticipants/:name/versions/:number', (ask) =>
    answerVersion(ask, ask.state.version(ask.params.name ?? '', ask.params.number ?? '')),
  ),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route(method, 'pacticipants/:name/versions/:number', async (ask) => {
      const { body, append, state, views, now } = ask;
      const { name = '', number = '' } = ask.params;
      const read = version.safeParse(body ?? {});
      if (!read.success) return invalid({ body: ['is not a version'] });
      const isNew = state.version(name, number) === undefined;
      const { buildUrl, branch } = read.data;
      const tags = read.data.tags.map((tag) => (typeof tag === 'string' ? tag : tag.name));
      await append([{ type: 'version', pacticipant: name, number, branch, buildUrl, tags, at: now }]);
      return halOrNotFound(state.version(name, number), views.version, isNew ? 201 : 200);
    }),
  ),
  route('DELETE', 'pacticipants/:name/versions/:number', async ({ state, append, now, params }) => {
    const { name = '', number = '' } = params;
    if (state.version(name, number) === undefined) return notFound();
    await append([{ type: 'version-deleted', pacticipant: name, number, at: now }]);
    return noContent;
  }),
  route('GET', 'pacticipants/:name/latest-version', (ask) =>
    answerVersion(ask, ask.state.versionsOf(ask.params.name ?? '').at(-1)),
  ),
  route('GET', 'pacticipants/:name/latest-version/:tag', (ask) =>
    answerVersion(
      ask,
      ask.state.versionsOf(ask.params.name ?? '').findLast(({ tags }) => tags.has(ask.params.tag ?? '')),
    ),
  ),
  route('GET', 'pacticipants/:name/branches/:branch/latest-version', (ask) =>
    answerVersion(ask, ask.state.latestOfBranch(ask.params.name ?? '', ask.params.branch ?? '')),
  ),
  route('GET', 'pacticipants/:name/branches', ({ state, links, url, params: { name = '' } }) => {
    const names = [...new Set(state.versionsOf(name).flatMap(({ branches }) => [...branches.keys()]))];
    return hal(200, {
      _embedded: {
        branches: names.map((branch) => ({
          name: branch,
          _links: { self: { href: links.branch(name, branch) } },
        })),
      },
      _links: { self: { href: url } },
    });
  }),
  route(
    'GET',
    'pacticipants/:name/branches/:branch',
    ({ state, links, params: { name = '', branch = '' } }) =>
      state.latestOfBranch(name, branch) === undefined
        ? notFound()
        : hal(200, {
            name: branch,
            _links: {
              self: { title: 'Branch', name: branch, href: links.branch(name, branch) },
              'pb:latest-version': { href: `${links.branch(name, branch)}/latest-version` },
            },
          }),
  ),
  route('DELETE', 'pacticipants/:name/branches/:branch', async ({ state, append, now, params }) => {
    const { name = '', branch = '' } = params;
    if (state.latestOfBranch(name, branch) === undefined) return notFound();
    await append([{ type: 'branch-deleted', pacticipant: name, branch, at: now }]);
    return noContent;
  }),
  route(
    'PUT',
    'pacticipants/:name/branches/:branch/versions/:number',
    async ({ state, append, links, now, params }) => {
      const { name = '', branch = '', number = '' } = params;
      const isNew = state.version(name, number)?.branches.has(branch) !== true;
      await append([{ type: 'version', pacticipant: name, number, branch, tags: [], at: now }]);
      return hal(isNew ? 201 : 200, {
        _links: {
          self: { title: 'Branch version', href: links.branchVersion(name, branch, number) },
          'pb:branch': { title: 'Branch', name: branch, href: links.branch(name, branch) },
          'pb:version': { title: 'Version', name: number, href: links.version(name, number) },
        },
      });
    },
  ),
  route('GET', 'pacticipants/:name/versions/:number/tags/:tag', ({ state, links, params }) => {
    const { name = '', number = '', tag = '' } = params;
    if (state.version(name, number)?.tags.has(tag) !== true) return notFound();
    return hal(200, { name: tag, _links: { self: { href: links.tag(name, number, tag) } } });
  }),
  route(
    'PUT',
    'pacticipants/:name/versions/:number/tags/:tag',
    async ({ state, append, links, now, params }) => {
      const { name = '', number = '', tag = '' } = params;
      const isNew = state.version(name, number)?.tags.has(tag) !== true;
      await append([{ type: 'version', pacticipant: name, number, tags: [tag], at: now }]);
      return hal(isNew ? 201 : 200, {
        name: tag,
        createdAt: now,
        _links: {
          self: { title: 'Tag', name: tag, href: links.tag(name, number, tag) },
          version: { title: 'Version', name: number, href: links.version(name, number) },
          pacticipant: { title: 'Pacticipant', name, href: links.pacticipant(name) },
        },
      });
    },
  ),
  route('DELETE', 'pacticipants/:name/versions/:number/tags/:tag', async ({ state, append, now, params }) => {
    const { name = '', number = '', tag = '' } = params;
    if (state.version(name, number)?.tags.has(tag) !== true) return notFound();
    await append([{ type: 'tag-deleted', pacticipant: name, number, tag, at: now }]);
    return noContent;
  }),
];

function answerVersion({ views, url }: Ask, found: Version | undefined) {
  return halOrNotFound(found, (version) => views.version(version, url));
}

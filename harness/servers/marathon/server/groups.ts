import type { AppDefinition, Group, PathId } from '../definition/index.ts';
import {
  appsBelow,
  createGroup,
  deleteGroup,
  findGroup,
  type GroupChange,
  patchGroup,
  renderGroup,
  updateGroup,
} from '../group/index.ts';
import { renderSteps } from '../plan/index.ts';
import { appEmbeds, renderAppInfo } from './app-info.ts';
import { deploymentStarted, json, type Reply, replyTo, unknownGroup } from './reply.ts';
import { type ApiRequest, flag, parseTimestamp, withBody } from './request.ts';

const defaultEmbeds = ['group.groups', 'group.apps', 'group.pods'];

/** GET /v2/groups[/{id}] */
export function getGroup(request: ApiRequest, id: PathId): Reply {
  const group = findGroup(request.engine.tree.root, id);
  return group === undefined ? unknownGroup(id) : json(render(request, group));
}

/** GET /v2/groups[/{id}]/versions */
export function getGroupVersions({ engine }: ApiRequest, id: PathId): Reply {
  if (findGroup(engine.tree.root, id) === undefined) return unknownGroup(id);
  return json([...engine.tree.groupVersionsOf(id).keys()].reverse());
}

/** GET /v2/groups[/{id}]/versions/{v}: the group as it was then, whether it changed in that version or not. */
export function getGroupVersion(request: ApiRequest, id: PathId, text: string): Reply {
  const { tree } = request.engine;
  return replyTo(parseTimestamp(text), (version) => {
    const root = tree.lookUp.root(version);
    const group = tree.groupVersionsOf(id).get(version) ?? (root && findGroup(root, id));
    return group === undefined ? unknownGroup(id) : json(render(request, group));
  });
}

/** GET /v2/groups[/{id}]/apps */
export function getGroupApps({ engine, query }: ApiRequest, id: PathId): Reply {
  const group = findGroup(engine.tree.root, id);
  if (group === undefined) return unknownGroup(id);
  const embeds = appEmbeds(query);
  return json(appsBelow(group).map((app) => renderAppInfo(engine, app, embeds)));
}

/** POST /v2/groups[/{base}] */
export function postGroup(request: ApiRequest, base: PathId): Reply {
  const { engine, query, raw } = request;
  const outcome = withBody(request, (body) =>
    engine.tree.change((root, now) => createGroup(root, base, body, now), { force: flag(query, 'force') }),
  );
  return replyTo(outcome, ({ plan, change }) =>
    deploymentStarted(plan, 201, `http://${raw.headers.host ?? 'localhost'}${change.id}`),
  );
}

/** PUT /v2/groups[/{id}] */
export function putGroup(request: ApiRequest, id: PathId): Reply {
  const { engine, query } = request;
  const { tree } = engine;
  return replyTo(
    withBody(request, (body) => ({ kind: 'ok', value: body })),
    (body) => {
      const make = (root: Group, now: string): ReturnType<typeof updateGroup> =>
        updateGroup(root, id, body, { now, lookUp: tree.lookUp });
      if (flag(query, 'dryRun')) {
        return replyTo(tree.dryRun<GroupChange>(make), (plan) => json({ steps: renderSteps(plan) }));
      }
      const outcome = tree.change<GroupChange>(make, { force: flag(query, 'force') });
      return replyTo(outcome, ({ plan }) => deploymentStarted(plan));
    },
  );
}

/** PATCH /v2/groups/{id} */
export function patchGroupRole(request: ApiRequest, id: PathId): Reply {
  const { tree } = request.engine;
  const outcome = withBody(request, (body) => tree.amend((root, now) => patchGroup(root, id, body, now)));
  return replyTo(outcome, () => ({ status: 200 }));
}

/** DELETE /v2/groups[/{id}] */
export function removeGroup({ engine, query }: ApiRequest, id: PathId): Reply {
  const outcome = engine.tree.change((root) => deleteGroup(root, id), {
    force: flag(query, 'force'),
  });
  return replyTo(outcome, ({ plan }) => deploymentStarted(plan));
}

function render({ engine, query }: ApiRequest, group: Group): Readonly<Record<string, unknown>> {
  const given = query.getAll('embed');
  const names = new Set(given.length > 0 ? given : defaultEmbeds);
  const embeds = appEmbeds(query);
  return renderGroup(group, {
    embed: {
      apps: names.has('group.apps'),
      groups: names.has('group.groups'),
      pods: names.has('group.pods'),
    },
    renderApp: (app: AppDefinition) => renderAppInfo(engine, app, embeds),
  });
}

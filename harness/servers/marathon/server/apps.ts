import { type AppDefinition, type PathId, renderApp } from '../definition/index.ts';
import type { Changed } from '../deployments/changes.ts';
import {
  type AppChange,
  appsBelow,
  createApp,
  deleteApp,
  findGroup,
  restartApp,
  updateApp,
  updateApps,
} from '../group/index.ts';
import { parseSelector } from '../views/index.ts';
import { appEmbeds, renderAppInfo } from './app-info.ts';
import { deploymentStarted, json, type Reply, replyTo, unknownApp, unknownGroup } from './reply.ts';
import { type ApiRequest, clientIpOf, flag, parseTimestamp, uriOf, withBody } from './request.ts';

/** GET /v2/apps */
export function listApps(request: ApiRequest): Reply {
  const { engine, query } = request;
  const selector = parseSelector(query.get('label') ?? '');
  if (query.has('label') && selector.kind === 'refused') return replyTo(selector, () => json({}));
  const embeds = appEmbeds(query, ['counts', 'deployments']);
  const matches = (app: AppDefinition): boolean =>
    contains(app.id, query.get('id')) &&
    contains(app.cmd, query.get('cmd')) &&
    (!query.has('label') || selector.kind === 'refused' || selector.value(app.labels));
  const apps = appsBelow(engine.tree.root).filter(matches);
  return json({ apps: apps.map((app) => renderAppInfo(engine, app, embeds)) });
}

/** Ignoring case; nothing asked for is contained in everything. */
function contains(text: string | undefined, part: string | null): boolean {
  if (part === null) return true;
  return text?.toLowerCase().includes(part.toLowerCase()) ?? false;
}

/** POST /v2/apps */
export function postApp(request: ApiRequest): Reply {
  const { engine, query } = request;
  const outcome = withBody(request, (body) =>
    engine.tree.change((root, now) => createApp(root, body, now), { force: flag(query, 'force') }),
  );
  return replyTo(outcome, ({ plan, change }) => {
    announcePost(request, change.app.id);
    // Marathon prints the definition as it read it here: without version info, service ports of 0 still 0.
    const { versionInfo: _, ...app } = renderApp(change.app);
    const counts = { tasksStaged: 0, tasksRunning: 0, tasksHealthy: 0, tasksUnhealthy: 0 };
    return {
      ...deploymentStarted(plan, 201, locationOf(request, change.app.id)),
      body: { ...app, ...counts, deployments: [{ id: plan.id }] },
    };
  });
}

/** PUT and PATCH /v2/apps */
export function putApps(request: ApiRequest, { mayCreate }: { readonly mayCreate: boolean }): Reply {
  const { engine, query } = request;
  const partial = !mayCreate || flag(query, 'partialUpdate', true);
  const outcome = withBody(request, (body) =>
    engine.tree.change(
      (root, now) => updateApps(root, body, { partial, mayCreate, now, lookUp: engine.tree.lookUp }),
      { force: flag(query, 'force') },
    ),
  );
  return replyTo(outcome, ({ plan }) => deploymentStarted(plan));
}

/** GET /v2/apps/{id} */
export function getApp({ engine, query }: ApiRequest, id: PathId): Reply {
  const app = engine.tree.app(id);
  if (app === undefined) return unknownApp(id);
  const embeds = appEmbeds(query, ['counts', 'tasks', 'lastTaskFailure', 'deployments']);
  return json({ app: renderAppInfo(engine, app, embeds) });
}

/** GET /v2/apps/{group}/* */
export function getAppsBelow({ engine, query }: ApiRequest, id: PathId): Reply {
  const group = findGroup(engine.tree.root, id);
  if (group === undefined) return unknownGroup(id);
  const embeds = appEmbeds(query, ['counts', 'tasks', 'lastTaskFailure', 'deployments']);
  return json({ '*': appsBelow(group).map((app) => renderAppInfo(engine, app, embeds)) });
}

/** PUT and PATCH /v2/apps/{id} */
export function putApp(
  request: ApiRequest,
  id: PathId,
  { mayCreate }: { readonly mayCreate: boolean },
): Reply {
  const { engine, query } = request;
  const partial = !mayCreate || flag(query, 'partialUpdate', true);
  const outcome = withBody(request, (body) =>
    engine.tree.change(
      (root, now) => updateApp(root, id, body, { partial, mayCreate, now, lookUp: engine.tree.lookUp }),
      { force: flag(query, 'force') },
    ),
  );
  return replyTo(outcome, ({ plan, change }: Changed<AppChange>) => {
    announcePost(request, id);
    return change.created ? deploymentStarted(plan, 201, locationOf(request, id)) : deploymentStarted(plan);
  });
}

/** DELETE /v2/apps/{id} */
export function removeApp({ engine, query }: ApiRequest, id: PathId): Reply {
  const outcome = engine.tree.change((root) => deleteApp(root, id), { force: flag(query, 'force', true) });
  return replyTo(outcome, ({ plan }) => deploymentStarted(plan));
}

/** POST /v2/apps/{id}/restart */
export function postRestart({ engine, query }: ApiRequest, id: PathId): Reply {
  const outcome = engine.tree.change((root) => restartApp(root, id), { force: flag(query, 'force') });
  return replyTo(outcome, ({ plan }) => deploymentStarted(plan));
}

/** GET /v2/apps/{id}/versions */
export function getVersions({ engine }: ApiRequest, id: PathId): Reply {
  if (engine.tree.app(id) === undefined) return unknownApp(id);
  return json({ versions: [...engine.tree.versionsOf(id).keys()].reverse() });
}

/** GET /v2/apps/{id}/versions/{v} */
export function getVersion({ engine }: ApiRequest, id: PathId, text: string): Reply {
  return replyTo(parseTimestamp(text), (version) => {
    const app = engine.tree.versionsOf(id).get(version);
    if (app === undefined || engine.tree.app(id) === undefined) return unknownApp(id, version);
    return json(renderApp(app));
  });
}

function announcePost(request: ApiRequest, id: PathId): void {
  const app = request.engine.tree.app(id);
  if (app === undefined) return;
  request.engine.bus.publish({
    eventType: 'api_post_event',
    clientIp: clientIpOf(request),
    uri: uriOf(request),
    appDefinition: renderApp(app),
  });
}

function locationOf({ raw }: ApiRequest, id: PathId): string {
  return `http://${raw.headers.host ?? 'localhost'}${id}`;
}

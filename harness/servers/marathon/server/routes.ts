import * as apps from './apps.ts';
import { cancelDeployment, listDeployments } from './deployments.ts';
import * as groups from './groups.ts';
import { page } from './page.ts';
import { listQueue, resetDelay } from './queue.ts';
import { json, problem, type Reply } from './reply.ts';
import { type ApiRequest, idOf } from './request.ts';
import { info, metrics, ping, type ServerIdentity } from './system.ts';
import * as tasks from './tasks.ts';

/** What a path answers to, by method. */
export type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', () => Reply>>>;

/** Finds what the path means; undefined when it means nothing. Empty segments have been left out before. */
export function route(request: ApiRequest, identity: ServerIdentity): Methods | undefined {
  const [first, second, ...rest] = request.segments;
  if (first === 'v2') return routeV2(request, second, rest, identity);
  if (first === undefined) return { GET: () => ({ status: 302, headers: { Location: '/ui/' } }) };
  if (second !== undefined) return undefined;
  switch (first) {
    case 'ui':
      return { GET: () => ui(request, identity) };
    case 'ping':
      return { GET: () => ping(request) };
    case 'metrics':
      return { GET: () => metrics(request) };
    case 'logging':
      return { GET: () => json({ ROOT: 'INFO (Inherited)' }) };
    default:
      return undefined;
  }
}

/** The console's place is a folder: `/ui` leads to it. */
function ui({ raw }: ApiRequest, identity: ServerIdentity): Reply {
  const [path = ''] = (raw.url ?? '').split('?', 1);
  return path.endsWith('/') ? page(identity) : { status: 302, headers: { Location: '/ui/' } };
}

function routeV2(
  request: ApiRequest,
  resource: string | undefined,
  rest: readonly string[],
  identity: ServerIdentity,
): Methods | undefined {
  const [id, ...more] = rest;
  switch (resource) {
    case 'apps':
      return routeApps(request, rest);
    case 'groups':
      return routeGroups(request, rest);
    case 'deployments':
      if (id === undefined) return { GET: () => listDeployments(request) };
      return more.length === 0 ? { DELETE: () => cancelDeployment(request, id) } : undefined;
    case 'tasks':
      if (id === undefined) return { GET: () => tasks.listTasks(request) };
      return id === 'delete' && more.length === 0 ? { POST: () => tasks.killTasks(request) } : undefined;
    case 'queue':
      if (id === undefined) return { GET: () => listQueue(request) };
      if (rest.at(-1) !== 'delay') return undefined;
      return { DELETE: () => resetDelay(request, idOf(rest.slice(0, -1))) };
    default:
      return id === undefined ? routeSystem(request, resource, identity) : undefined;
  }
}

function routeSystem(
  request: ApiRequest,
  resource: string | undefined,
  identity: ServerIdentity,
): Methods | undefined {
  switch (resource) {
    case 'info':
      return { GET: () => info(request, identity) };
    case 'leader':
      return {
        GET: () => json({ leader: `${identity.host}:${identity.port}` }),
        DELETE: () => {
          request.engine.framework.resubscribe();
          return problem(200, 'Leadership abdicated');
        },
      };
    case 'plugins':
      return { GET: () => json({ plugins: [] }) };
    default:
      return undefined;
  }
}

/** What follows the id decides. A `tasks` or `versions` inside an id belongs to the id when such an app exists. */
function routeApps(request: ApiRequest, path: readonly string[]): Methods | undefined {
  const last = path.at(-1);
  const beforeLast = path.at(-2);
  const parent = idOf(path.slice(0, -1));
  if (last === undefined) {
    return {
      GET: () => apps.listApps(request),
      POST: () => apps.postApp(request),
      PUT: () => apps.putApps(request, { mayCreate: true }),
      PATCH: () => apps.putApps(request, { mayCreate: false }),
    };
  }
  if (last === '*') return { GET: () => apps.getAppsBelow(request, parent) };
  if (last === 'tasks' && beforeLast === '*') {
    return { GET: () => tasks.listGroupTasks(request, idOf(path.slice(0, -2))) };
  }
  if (path.length > 1) {
    if (last === 'tasks') {
      return {
        GET: () => tasks.listAppTasks(request, parent),
        DELETE: () => tasks.killAppTasks(request, parent),
      };
    }
    if (last === 'versions') return { GET: () => apps.getVersions(request, parent) };
    if (last === 'restart') return { POST: () => apps.postRestart(request, parent) };
  }
  const isApp = request.engine.tree.app(idOf(path)) !== undefined;
  if (!isApp && path.length > 2) {
    const owner = idOf(path.slice(0, -2));
    if (beforeLast === 'tasks' && request.method === 'DELETE') {
      return { DELETE: () => tasks.killAppTask(request, owner, last) };
    }
    if (beforeLast === 'versions' && request.method === 'GET') {
      return { GET: () => apps.getVersion(request, owner, last) };
    }
  }
  return routeApp(request, idOf(path));
}

function routeApp(request: ApiRequest, id: string): Methods {
  return {
    GET: () => apps.getApp(request, id),
    PUT: () => apps.putApp(request, id, { mayCreate: true }),
    PATCH: () => apps.putApp(request, id, { mayCreate: false }),
    DELETE: () => apps.removeApp(request, id),
  };
}

function routeGroups(request: ApiRequest, path: readonly string[]): Methods {
  const last = path.at(-1);
  const parent = idOf(path.slice(0, -1));
  const id = idOf(path);
  const methods: Methods = {
    GET: () => groups.getGroup(request, id),
    POST: () => groups.postGroup(request, id),
    PUT: () => groups.putGroup(request, id),
    PATCH: () => groups.patchGroupRole(request, id),
    DELETE: () => groups.removeGroup(request, id),
  };
  if (request.method !== 'GET') return methods;
  if (last === 'versions') return { GET: () => groups.getGroupVersions(request, parent) };
  if (last === 'apps') return { GET: () => groups.getGroupApps(request, parent) };
  if (last !== undefined && path.at(-2) === 'versions') {
    return { GET: () => groups.getGroupVersion(request, idOf(path.slice(0, -2)), last) };
  }
  return methods;
}

import { type Group, type Outcome, ok, type PathId, refused } from '../definition/index.ts';
import { appsBelow, findApp, findGroup, type TreeChange, withApp } from '../group/index.ts';
import { instanceIdOf } from '../offers/index.ts';
import type { Instance } from '../tracker/instance.ts';
import { type Condition, renderTask } from '../views/index.ts';
import { launchedTasks, servicePortsOf } from './app-info.ts';
import { endpointsOf, wantsText } from './endpoints.ts';
import {
  deploymentStarted,
  json,
  problem,
  type Reply,
  replyTo,
  unknownApp,
  unknownGroup,
  unknownTask,
} from './reply.ts';
import { type ApiRequest, flag, withBody } from './request.ts';

type Launched = Instance & { readonly taskId: string };

const statusConditions: Readonly<Record<string, Condition>> = { running: 'Running', staging: 'Staging' };

const contradiction = problem(400, 'You cannot use scale and wipe at the same time.');

/** Looked at before anything else, as Marathon does. */
function isContradictory({ query }: ApiRequest): boolean {
  return flag(query, 'scale') && flag(query, 'wipe');
}

/** GET /v2/tasks */
export function listTasks(request: ApiRequest): Reply {
  const { engine, query } = request;
  if (wantsText(request)) {
    return endpointsOf(appsBelow(engine.tree.root), (app) => engine.tracker.of(app.id));
  }
  const asked = [...query.getAll('status'), ...query.getAll('status[]')];
  const conditions = new Set(asked.flatMap((status) => statusConditions[status.toLowerCase()] ?? []));
  const tasks = appsBelow(engine.tree.root).flatMap((app) =>
    launchedTasks(engine.tracker.of(app.id))
      .filter(({ condition }) => conditions.size === 0 || conditions.has(condition))
      .map((task) => renderTask(task, servicePortsOf(app))),
  );
  return json({ tasks });
}

/** GET /v2/apps/{id}/tasks */
export function listAppTasks(request: ApiRequest, id: PathId): Reply {
  const { engine } = request;
  const app = engine.tree.app(id);
  if (app === undefined) return unknownApp(id);
  if (wantsText(request)) return endpointsOf([app], () => engine.tracker.of(id));
  return json({ tasks: launchedTasks(engine.tracker.of(id)).map((task) => renderTask(task)) });
}

/** GET /v2/apps/{group}/STAR/tasks */
export function listGroupTasks({ engine }: ApiRequest, id: PathId): Reply {
  const group = findGroup(engine.tree.root, id);
  if (group === undefined) return unknownGroup(id);
  const tasks = appsBelow(group).flatMap((app) => launchedTasks(engine.tracker.of(app.id)));
  return json({ tasks: tasks.map((task) => renderTask(task)) });
}

/** DELETE /v2/apps/{id}/tasks */
export function killAppTasks(request: ApiRequest, id: PathId): Reply {
  const { engine, query } = request;
  if (isContradictory(request)) return contradiction;
  if (engine.tree.app(id) === undefined) return unknownApp(id);
  const host = query.get('host') ?? '*';
  const victims = launchedTasks(engine.tracker.of(id)).filter((task) => host === '*' || task.host === host);
  return killOrScale(request, victims, [id], (killed) =>
    json({ tasks: killed.map((task) => renderTask(task)) }),
  );
}

/** DELETE /v2/apps/{id}/tasks/{taskId} */
export function killAppTask(request: ApiRequest, id: PathId, taskId: string): Reply {
  const { engine } = request;
  if (isContradictory(request)) return contradiction;
  if (engine.tree.app(id) === undefined) return unknownApp(id);
  const instanceId = instanceIdOf(taskId);
  const victims = launchedTasks(engine.tracker.of(id)).filter((task) => task.instanceId === instanceId);
  return killOrScale(request, victims, [id], ([task]) =>
    task === undefined ? unknownTask(taskId) : json({ task: renderTask(task) }),
  );
}

/** POST /v2/tasks/delete */
export function killTasks(request: ApiRequest): Reply {
  const { engine } = request;
  if (isContradictory(request)) return contradiction;
  return replyTo(withBody(request, readIds), (ids) => {
    const invalid = ids.find((id) => instanceIdOf(id) === undefined);
    if (invalid !== undefined) {
      return problem(400, `Invalid task id '${invalid}'. [${invalid} (of class java.lang.String)]`);
    }
    const instanceIds = new Set(ids.map((id) => instanceIdOf(id) ?? ''));
    const instances = [...instanceIds].flatMap((id) => engine.tracker.get(id) ?? []);
    const victims = launchedTasks(instances).filter((task) => engine.tree.app(task.appId) !== undefined);
    const apps = [...new Set(victims.map((task) => task.appId))];
    return killOrScale(request, victims, apps, (killed) =>
      json({ tasks: killed.map((task) => renderTask(task)) }),
    );
  });
}

function readIds(body: unknown): Outcome<readonly string[]> {
  const ids = typeof body === 'object' && body !== null && 'ids' in body ? body.ids : undefined;
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return ok(ids);
  const error = ids === undefined ? 'error.path.missing' : 'error.expected.jsarray';
  return refused({ kind: 'invalid-json', details: [{ path: '/ids', errors: [error] }] });
}

/** Kills the tasks, which are replaced, or lowers the instances by as many and makes these the ones to go. */
function killOrScale(
  { engine, query }: ApiRequest,
  victims: readonly Launched[],
  apps: readonly PathId[],
  reply: (killed: readonly Launched[]) => Reply,
): Reply {
  if (!flag(query, 'scale')) {
    // Rendered before they are killed: Marathon shows the tasks as it found them.
    const answer = reply(victims);
    if (flag(query, 'wipe')) engine.wipe(victims.map(({ instanceId }) => instanceId));
    else for (const { instanceId } of victims) engine.killer.kill(instanceId);
    return answer;
  }
  const condemned = Object.fromEntries(
    apps.map((appId) => [
      appId,
      victims.filter((task) => task.appId === appId).map((task) => task.instanceId),
    ]),
  );
  const outcome = engine.tree.change((root) => ok(scaledDown(root, condemned)), {
    force: flag(query, 'force'),
    condemned,
  });
  return replyTo(outcome, ({ plan }) => deploymentStarted(plan));
}

function scaledDown(root: Group, condemned: Readonly<Record<PathId, readonly string[]>>): TreeChange {
  let scaled = root;
  for (const [appId, victims] of Object.entries(condemned)) {
    const app = findApp(scaled, appId);
    if (app === undefined) continue;
    scaled = withApp(scaled, { ...app, instances: Math.max(0, app.instances - victims.length) });
  }
  return { root: scaled, restarted: [], parent: '/' };
}

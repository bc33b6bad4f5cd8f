import { type AppDefinition, renderApp } from '../definition/index.ts';
import type { Engine } from '../engine.ts';
import type { Instance } from '../tracker/instance.ts';
import { renderTask, taskCounts, taskStats } from '../views/index.ts';

type Rendered = Readonly<Record<string, unknown>>;

/** What can be asked for beside the definition. */
export type AppEmbed = 'tasks' | 'counts' | 'deployments' | 'lastTaskFailure' | 'readiness' | 'taskStats';

const embedNames: Readonly<Record<string, readonly AppEmbed[]>> = {
  tasks: ['tasks', 'deployments'],
  counts: ['counts'],
  deployments: ['deployments'],
  lastTaskFailure: ['lastTaskFailure'],
  failures: ['lastTaskFailure'],
  readiness: ['readiness'],
  taskStats: ['taskStats'],
};

/** Reads `embed` parameters, with any of Marathon's prefixes; unknown ones are ignored. */
export function appEmbeds(query: URLSearchParams, always: readonly AppEmbed[] = []): ReadonlySet<AppEmbed> {
  const names = query.getAll('embed').map((name) => name.replace(/^(?:apps|app|group\.apps)\./, ''));
  return new Set([...always, ...names.flatMap((name) => embedNames[name] ?? [])]);
}

/** An app with what was asked for. */
export function renderAppInfo(engine: Engine, app: AppDefinition, embeds: ReadonlySet<AppEmbed>): Rendered {
  const info: Record<string, unknown> = { ...renderApp(app) };
  const tasks = launchedTasks(engine.tracker.of(app.id));
  if (embeds.has('counts')) {
    const counts = taskCounts(tasks);
    info.tasksStaged = counts.staged;
    info.tasksRunning = counts.running;
    info.tasksHealthy = counts.healthy;
    info.tasksUnhealthy = counts.unhealthy;
  }
  if (embeds.has('deployments')) {
    const deployment = engine.deployments.touching(app.id);
    info.deployments = deployment === undefined ? [] : [{ id: deployment.plan.id }];
  }
  if (embeds.has('readiness')) {
    info.readinessCheckResults = engine.deployments.touching(app.id)?.readinessResults(app.id) ?? [];
  }
  if (embeds.has('tasks')) info.tasks = tasks.map((task) => renderTask(task));
  if (embeds.has('lastTaskFailure')) {
    const failure = engine.store.failure(app.id);
    if (failure !== undefined) info.lastTaskFailure = failure;
  }
  if (embeds.has('taskStats')) info.tasksStats = taskStats(app, tasks, engine.clock.now());
  return info;
}

/** Those that have a task: the others wait for an offer and are in no list. */
export function launchedTasks(
  instances: readonly Instance[],
): readonly (Instance & { readonly taskId: string })[] {
  return instances.filter(
    (instance): instance is Instance & { taskId: string } => instance.taskId !== undefined,
  );
}

/** In the order of the definition, as assigned. */
export function servicePortsOf({ portDefinitions, container }: AppDefinition): readonly number[] {
  if (portDefinitions !== undefined) return portDefinitions.map((definition) => definition.port);
  return container?.portMappings?.map((mapping) => mapping.servicePort) ?? [];
}

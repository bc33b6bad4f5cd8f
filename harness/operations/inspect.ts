import {
  type App,
  masked,
  type QueueEntry,
  statusOf,
  type Task,
  taskStatusOf,
  whyWaiting,
} from '../diagnosis/index.ts';
import { ask, type ClusterAccess } from './access.ts';
import { outputOf } from './last-output.ts';
import { readRoutes } from './routes.ts';
import { readQueue, titleOf } from './services.ts';

/** All that is to be known of one app, for a person who asks why it does what it does. */
export interface Inspection {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  /** Sentences: what keeps it from being what it should be. */
  readonly because: readonly string[];
  readonly address: string | null;
  readonly instances: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Secrets masked. */
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly string[];
  readonly tasks: readonly InspectedTask[];
  readonly lastFailure: {
    readonly at: string;
    readonly taskId: string;
    readonly message: string;
    readonly output: string;
  } | null;
  /** Marathon's versions of the app, the newest first. */
  readonly versions: readonly string[];
  /** As Marathon has it, without tasks and counts; secrets masked. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface InspectedTask {
  readonly id: string;
  readonly status: string;
  readonly host: string;
  readonly ports: readonly number[];
  readonly version: string;
  readonly startedAt: string | null;
  /** Per health check: when it was last good and last bad, and why. */
  readonly health: readonly {
    readonly alive: boolean;
    readonly lastSuccess: string | null;
    readonly lastFailure: string | null;
    readonly because: string | null;
    readonly failuresInARow: number;
  }[];
}

/** @throws `SG_CLUSTER_FAILED` */
export async function inspectApp(access: ClusterAccess, app: App): Promise<Inspection> {
  const [queue, routes, versions] = await Promise.all([
    readQueue(access),
    readRoutes(access),
    readVersions(access, app.id),
  ]);
  const { lastTaskFailure: failure } = app;
  return {
    id: app.id,
    title: titleOf(app),
    status: statusOf(app, queue.get(app.id)).word,
    because: reasonsOf(app, queue.get(app.id)),
    address: routes.get(app.id) ?? null,
    instances: app.instances,
    labels: app.labels ?? {},
    environment: environmentOf(app),
    mounts: mountsOf(app),
    tasks: (app.tasks ?? []).map(inspectTask),
    lastFailure:
      failure === undefined
        ? null
        : {
            at: failure.timestamp,
            taskId: failure.taskId,
            message: failure.message,
            output: await outputOf(access, failure.taskId),
          },
    versions,
    definition: definitionOf(app),
  };
}

/** Why an app is not what it should be, in sentences; empty when nothing is wrong. */
export function reasonsOf(app: App, entry: QueueEntry | undefined): readonly string[] {
  const waiting = whyWaiting(app, entry);
  const sentences: string[] = [];
  if (waiting?.kind === 'delayed')
    sentences.push(`Marathon waits ${waiting.seconds} s before it starts the next task.`);
  if (waiting?.kind === 'refused') {
    sentences.push(
      `${waiting.missing} waiting for an offer that fits; of the last ${waiting.last} offers ${waiting.reasons.join(', ')}.`,
    );
  }
  for (const { id, healthCheckResults = [] } of app.tasks ?? []) {
    for (const { alive, lastFailureCause, consecutiveFailures } of healthCheckResults) {
      if (alive) continue;
      sentences.push(
        `Task ${id}: ${consecutiveFailures} health checks failed in a row: ${lastFailureCause ?? 'no reason given'}.`,
      );
    }
  }
  const failure = app.lastTaskFailure;
  const isWhole = (app.tasksRunning ?? 0) >= app.instances && waiting === null;
  if (failure !== undefined && failure.version === app.version && !isWhole) {
    sentences.push(`A task of this version failed at ${failure.timestamp}: ${failure.message}`);
  }
  return sentences;
}

async function readVersions(access: ClusterAccess, appId: string): Promise<readonly string[]> {
  const url = new URL(`/v2/apps${appId}/versions`, access.marathon ?? '');
  return (await ask<{ versions: readonly string[] }>(access, url)).versions;
}

function inspectTask(task: Task): InspectedTask {
  return {
    id: task.id,
    status: taskStatusOf(task).word,
    host: task.host,
    ports: task.ports,
    version: task.version,
    startedAt: task.startedAt ?? null,
    health: (task.healthCheckResults ?? []).map((result) => ({
      alive: result.alive,
      lastSuccess: result.lastSuccess ?? null,
      lastFailure: result.lastFailure ?? null,
      because: result.lastFailureCause ?? null,
      failuresInARow: result.consecutiveFailures,
    })),
  };
}

function environmentOf({ env = {} }: App): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [name, masked(name, text) ?? text];
    }),
  );
}

interface Mounted {
  readonly volumes?: readonly {
    readonly containerPath: string;
    readonly hostPath?: string;
    readonly mode?: string;
  }[];
}

function mountsOf(app: App): readonly string[] {
  const { volumes = [] } = (app.container ?? {}) as Mounted;
  const fetched = (app.fetch ?? []) as readonly { readonly uri: string }[];
  return [
    ...volumes.map(
      ({ containerPath, hostPath = '', mode = 'RW' }) => `${containerPath} ← ${hostPath} (${mode})`,
    ),
    ...fetched.map(({ uri }) => `fetched: ${uri}`),
  ];
}

/** Members that tell of the moment and not of the definition. */
const ofTheMoment = /^(tasks.*|deployments|lastTaskFailure|readinessCheckResults|version|versionInfo)$/;

function definitionOf(app: App): Readonly<Record<string, unknown>> {
  const members = Object.entries(app).filter(([name]) => !ofTheMoment.test(name));
  return { ...Object.fromEntries(members), env: environmentOf(app) };
}

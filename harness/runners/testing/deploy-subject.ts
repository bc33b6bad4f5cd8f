import { randomUUID } from 'node:crypto';
import type { PactStub } from '../../contracts/index.ts';
import { deployApp, deriveApp } from '../../environments/index.ts';
import { neighboursOf } from '../../model/index.ts';
import type { MarathonClient } from '../../platforms/index.ts';
import { deployTools, edgeAddress, openMarathon } from './cluster-access.ts';
import { createDatabase } from './databases.ts';
import { atEndOfFile } from './end-of-file.ts';
import { endTask, type TaskEnd } from './end-of-task.ts';
import { stage, stageService } from './stage.ts';
import { stubFor } from './stubs.ts';

/** One service as it ships, deployed alone: its neighbours are stubs of its pacts. */
export interface Subject {
  /** Its stable address on the edge. */
  readonly url: string;
  readonly appId: string;
  /** Its own database as the test reaches it, for looking and seeding; absent when it keeps no data. */
  readonly databaseUrl?: string;
  readonly marathon: MarathonClient;
  /** The stand-in for a neighbour. @throws when the service has no such neighbour. */
  stub(neighbour: string): PactStub;
  /** Tells its one task to end and waits until it has; Marathon starts another. */
  stopOne(): Promise<TaskEnd>;
  /** Takes the app away now; that happens at the end of the file anyway. */
  remove(): Promise<void>;
}

/** Longer than a deployment's own deadline, which gives the better message. */
const timeoutMs = 120_000;

/**
 * Deploys the artifact of a service into a group of its own, from its own `marathon.json`, and resolves once its task is
 * healthy.
 * @throws `SG_DEPLOYMENT_FAILED` with the last words of the task when it does not stand up.
 *
 * @example
 * const orders = await deploySubject('orders');
 * orders.stub('payments').given('the card is refused');
 */
export async function deploySubject(name: string): Promise<Subject> {
  const { environment, externals, tasksEnvironment } = stage();
  if (environment === undefined) throw new Error('The stage has no environment to deploy a subject into.');
  const service = stageService(name);
  const group = `/${environment.name}/functional-${name}-${randomUUID().slice(0, 8)}`;
  const [database, stubs] = await Promise.all([
    service.database === undefined ? undefined : createDatabase(name),
    stubsOf(name, service.neighbours),
  ]);
  const app = deriveApp({
    definition: { ...service.definition, instances: 1, dependencies: [] },
    start: service.start ?? null,
    imageStart: service.imageStart ?? null,
    ...(process.env.PATH === undefined ? {} : { path: process.env.PATH }),
    artifact: service.artifact,
    group,
    environment: environment.name,
    env: {
      ...service.settings,
      ...mapValues(service.neighbours, (neighbour) => stubs.get(neighbour)?.url),
      ...mapValues(service.externals, (external) => externals[external]),
      ...(service.database === undefined || database === undefined
        ? {}
        : { [service.database]: database.taskUrl }),
    },
    labels: tasksEnvironment,
  });
  const marathon = openMarathon();
  const remove = async (): Promise<void> => {
    if ((await marathon.app(app.id)) !== null) await marathon.deleteGroup(group, { force: true });
  };
  atEndOfFile(remove);
  const url = await edgeAddress(app.id);
  await deployApp(app, deployTools(marathon), AbortSignal.timeout(timeoutMs));
  return {
    url,
    appId: app.id,
    ...(database === undefined ? {} : { databaseUrl: database.url }),
    marathon,
    stub(neighbour) {
      const stub = stubs.get(neighbour);
      if (stub !== undefined) return stub;
      throw new Error(
        `${name} has no neighbour "${neighbour}"; it has ${[...stubs.keys()].join(', ') || 'none'}.`,
      );
    },
    async stopOne() {
      const [task] = await marathon.tasks(app.id);
      if (task === undefined) throw new Error(`${app.id} has no task to stop.`);
      return endTask(marathon, task.id);
    },
    remove,
  };
}

async function stubsOf(
  name: string,
  neighbours: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, PactStub>> {
  const names = neighboursOf({ neighbours });
  return new Map(
    await Promise.all(names.map(async (neighbour) => [neighbour, await stubFor(name, neighbour)] as const)),
  );
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => {
      const changed = change(value);
      return changed === undefined ? [] : [[key, changed]];
    }),
  );
}

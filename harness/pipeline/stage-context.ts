import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { groupOf } from '../environments/index.ts';
import type { Artifact, RuntimeName } from '../model/index.ts';
import type { ClusterAccess, PostgresAccess, StageContext, StageService } from '../runners/index.ts';
import type { StageOrder } from './world.ts';

export interface StageSurroundings {
  readonly runId: string;
  readonly runtime: RuntimeName;
  /** Folder that the run removes at its end. */
  readonly scratch: string;
  readonly postgres: PostgresAccess | null;
  readonly cluster: ClusterAccess | null;
  readonly externals: Readonly<Record<string, string>>;
  readonly marker: Readonly<Record<string, string>>;
  /** Process bundle of a service that was built, under either runtime. */
  bundleOf(artifact: Artifact): string;
}

/** What the tests of one stage are handed. Pure. */
export function stageContext(config: Config, order: StageOrder, around: StageSurroundings): StageContext {
  const { stage, environment, artifacts } = order;
  const services = config.services.flatMap((service): readonly (readonly [string, StageService])[] => {
    const artifact = artifacts.get(service.name);
    if (artifact === undefined) return [];
    return [
      [
        service.name,
        {
          path: service.path,
          ...(service.database === null ? {} : { database: service.database }),
          neighbours: service.neighbours,
          externals: service.externals,
          artifact,
          bundle: around.bundleOf(artifact),
        },
      ],
    ];
  });
  return {
    stage,
    runId: around.runId,
    runtime: around.runtime,
    root: config.root,
    scratch: around.scratch,
    services: Object.fromEntries(services),
    ...(around.postgres === null ? {} : { postgres: accessTo(around.postgres) }),
    pacts: { read: join(config.root, 'pacts'), write: join(around.scratch, 'pacts') },
    ...(around.cluster === null ? {} : { cluster: around.cluster }),
    ...(environment === null
      ? {}
      : { environment: { name: environment, group: groupOf(environment, config.system) } }),
    externals: around.externals,
    tasksEnvironment: around.marker,
  };
}

/** The server itself does not cross into the test workers. */
function accessTo({ adminUrl, taskUrl }: PostgresAccess): PostgresAccess {
  return { adminUrl, taskUrl };
}

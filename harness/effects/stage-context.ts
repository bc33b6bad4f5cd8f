import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { groupOf } from '../environments/index.ts';
import type { Artifact, RuntimeName } from '../model/index.ts';
import {
  type ClusterAccess,
  type PostgresAccess,
  type StageContext,
  type StageService,
  stageServiceOf,
} from '../runners/index.ts';
import type { StageOrder } from '../steps/index.ts';

export interface StageResources {
  readonly runId: string;
  readonly runtime: RuntimeName;
  /** Folder that the run removes at its end. */
  readonly scratch: string;
  readonly postgres: PostgresAccess | null;
  readonly cluster: ClusterAccess | null;
  readonly externals: Readonly<Record<string, string>>;
  readonly marker: Readonly<Record<string, string>>;
  /** Service → its variables for this stage. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What the tests of one stage are handed. Pure. */
export function stageContext(
  config: Config,
  order: Pick<StageOrder, 'stage' | 'environment' | 'artifacts' | 'copy'>,
  resources: StageResources,
): StageContext {
  const { stage, environment, artifacts, copy } = order;
  const services = config.services.flatMap((service): readonly (readonly [string, StageService])[] => {
    const artifact = artifacts.get(service.name);
    if (artifact === undefined) return [];
    const made = {
      artifact,
      bundle: bundleOf(artifact),
      settings: resources.settings[service.name] ?? {},
      suite: service.suites[stage],
    };
    return [[service.name, stageServiceOf(service, made)]];
  });
  return {
    stage,
    runId: resources.runId,
    runtime: resources.runtime,
    root: config.root,
    scratch: resources.scratch,
    services: Object.fromEntries(services),
    ...(resources.postgres === null ? {} : { postgres: accessTo(resources.postgres) }),
    suites: config.folders.suites,
    pacts: { read: config.folders.pacts, write: join(resources.scratch, 'pacts') },
    pactNames: Object.fromEntries(
      config.services.flatMap(({ name, pactName }) => (pactName === name ? [] : [[pactName, name]])),
    ),
    participants: config.services.flatMap(({ name, externals }) => [name, ...Object.values(externals)]),
    ...(resources.cluster === null ? {} : { cluster: resources.cluster }),
    ...(environment === null
      ? {}
      : { environment: { name: environment, group: groupOf(environment, config.system, copy) } }),
    externals: resources.externals,
    tasksEnvironment: resources.marker,
  };
}

/** What tests start as a process, under either runtime. */
function bundleOf({ runtime, location, bundle }: Artifact): string | null {
  return runtime === 'process' ? location : (bundle ?? null);
}

/** The server itself does not cross into the test workers. */
function accessTo({ adminUrl, taskUrl }: PostgresAccess): PostgresAccess {
  return { adminUrl, taskUrl };
}

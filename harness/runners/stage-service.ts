import type { ServiceConfig } from '../config/index.ts';
import type { Artifact, Suite } from '../model/index.ts';
import type { StageService } from './context.ts';

/** A service as the tests of one stage need to know it. Pure. */
export function stageServiceOf(
  service: ServiceConfig,
  made: {
    readonly artifact: Artifact;
    readonly bundle: string | null;
    /** Its variables for this stage, resolved. */
    readonly settings: Readonly<Record<string, string>>;
    readonly suite?: Suite | undefined;
  },
): StageService {
  return {
    path: service.path,
    neighbours: service.neighbours,
    externals: service.externals,
    definition: service.definition,
    artifact: made.artifact,
    settings: made.settings,
    ...(made.suite === undefined ? {} : { suite: made.suite }),
    ...(service.provider === null ? {} : { provider: service.provider }),
    ...(service.database === null ? {} : { database: service.database }),
    ...(made.bundle === null ? {} : { bundle: made.bundle }),
    ...(service.start === null ? {} : { start: service.start }),
    ...(service.imageStart === null ? {} : { imageStart: service.imageStart }),
    ...(service.ready === null ? {} : { ready: service.ready }),
  };
}

import { neighboursOf } from '../model/index.ts';
import type { Recording, RehearsedService } from '../model/recording.ts';
import { appFacts } from './definitions/read-definitions.ts';
import { isRolled, type RehearsalRequest, type ServiceInRehearsal } from './request.ts';
import { checkPaths } from './traffic/templates.ts';

type Seen = Omit<Recording, 'formatVersion' | 'environment' | 'services' | 'lateMs'> & {
  readonly late: readonly number[];
};

/** What was seen, together with what it was seen of. */
export function makeRecording(request: RehearsalRequest, { late, ...seen }: Seen): Recording {
  const sorted = late.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    formatVersion: 1,
    environment: request.environment.name,
    services: request.services.map((one) => described(one, request.environment)),
    lateMs: { p50: at(0.5), p99: at(0.99) },
    ...seen,
  };
}

function described(
  rehearsed: ServiceInRehearsal,
  { overrides }: RehearsalRequest['environment'],
): RehearsedService {
  const { service, candidate, promoted, previous } = rehearsed;
  const here = overrides[service.name]?.definition;
  const app = appFacts({ definition: { ...service.definition, ...here } });
  return {
    name: service.name,
    candidate: { digest: candidate.digest, version: candidate.version },
    previous: promoted,
    overItself: previous === null,
    rolled: isRolled(rehearsed),
    instances: app.instances,
    minimumHealthCapacity: app.minimumHealthCapacity,
    killGraceSeconds: app.killGraceSeconds,
    neighbours: neighboursOf(service),
    livePath: checkPaths(service).find(({ kind }) => kind === 'live')?.path ?? null,
  };
}

import type { AppDefinition } from '../definition/index.ts';
import { type KillCandidate, selectVictims } from '../plan/index.ts';
import type { Instance } from '../tracker/instance.ts';

/** `count` of the instances, in the order in which they have to go. */
export function selectInstances(
  app: AppDefinition,
  instances: readonly Instance[],
  { count, condemned = [] }: { readonly count: number; readonly condemned?: readonly string[] },
): readonly KillCandidate[] {
  if (count === 0) return [];
  return selectVictims(app, instances.map(candidateOf), count, condemned);
}

function candidateOf(instance: Instance): KillCandidate {
  const { instanceId, condition, region, zone, attributes, host } = instance;
  return {
    instanceId,
    condition,
    hostname: host ?? '',
    region,
    zone,
    attributes,
    since: instance.startedSince ?? instance.stagedSince ?? instance.since,
  };
}

import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts } from './definition-facts.ts';

const fail = findingsOf('upgrade-strategy');

/** An upgrade strategy that lets Marathon stop the last healthy task before the next is healthy takes the service down. */
export function checkUpgradeStrategy({ services }: DefinitionFacts): readonly Finding[] {
  return services.flatMap(({ name, folder, app }) => {
    const { instances, minimumHealthCapacity } = app;
    // Marathon rounds up: 0.5 of one instance is one.
    const kept = Math.ceil(instances * minimumHealthCapacity);
    if (instances === 0 || kept >= 1) return [];
    return [
      fail(
        name,
        `its upgrade strategy keeps ${kept} of ${instances} healthy (minimumHealthCapacity ${minimumHealthCapacity}), so every rollout takes it down`,
        { key: `${folder}/marathon.json: upgradeStrategy.minimumHealthCapacity` },
      ),
    ];
  });
}

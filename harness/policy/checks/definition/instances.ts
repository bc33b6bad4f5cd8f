import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts } from './definition-facts.ts';

const fail = findingsOf('instances');

/** A service with no instance is deployed and serves nobody. */
export function checkInstances({ services }: DefinitionFacts): readonly Finding[] {
  return services
    .filter(({ app }) => app.instances === 0)
    .map(({ name, folder }) =>
      fail(name, 'it has 0 instances, so nothing would run', { key: `${folder}/marathon.json: instances` }),
    );
}

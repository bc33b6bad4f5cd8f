import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts } from './definition-facts.ts';

const fail = findingsOf('dependencies');

/** Marathon waits for every dependency; for one that is no service it waits for ever. */
export function checkDependencies({ services }: DefinitionFacts): readonly Finding[] {
  const names = services.map(({ name }) => name);
  return services.flatMap(({ name, folder, app }) =>
    app.dependencies
      .filter((dependency) => !names.includes(dependency))
      .map((dependency) =>
        fail(name, `it depends on "${dependency}", which is no service (there are ${names.join(', ')})`, {
          key: `${folder}/marathon.json: dependencies`,
        }),
      ),
  );
}

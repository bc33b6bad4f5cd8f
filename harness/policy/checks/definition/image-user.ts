import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts } from './definition-facts.ts';

const fail = findingsOf('image-user');

/** A break-out from a process of root is root on the agent. */
export function checkImageUser({ services, runtime }: DefinitionFacts): readonly Finding[] {
  return services.flatMap(({ name, folder, dockerfile }) => {
    if (dockerfile === null) return [];
    const { user } = dockerfile;
    if (user !== null && !/^(root|0)(:|$)/.test(user)) return [];
    const reason = user === null ? 'its image has no USER, so it runs as root' : `its image runs as ${user}`;
    // Where nothing runs from the image, its user harms nobody yet.
    return [
      fail(name, reason, {
        key: `${folder}/Dockerfile: USER`,
        ...(runtime === 'docker' ? {} : { advice: true }),
      }),
    ];
  });
}

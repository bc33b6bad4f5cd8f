import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts } from './definition-facts.ts';

const fail = findingsOf('image-contents');

/** What a Dockerfile copies must be in the folder or come out of the build. */
export function checkImageContents({ services }: DefinitionFacts): readonly Finding[] {
  return services.flatMap(({ name, folder, dockerfile, buildMakes }) => {
    if (dockerfile === null || buildMakes === null) return [];
    return dockerfile.copies
      .filter(({ source }) => !isMade(source, buildMakes))
      .map(({ source, line }) =>
        fail(name, `its Dockerfile copies ${source}, which is neither in the folder nor made by its build`, {
          key: `${folder}/Dockerfile:${line}`,
          advice: true,
        }),
      );
  });
}

/** `dist`, `dist/`, `dist/*.mjs` and `dist/server.mjs` all come out of a build that makes `dist/server.mjs`. */
function isMade(source: string, made: readonly string[]): boolean {
  const path = source.replace(/^\.?\//, '').replace(/\/$/, '');
  if (path === '' || path === '.' || /[$?]/.test(path)) return true;
  const pattern = new RegExp(`^${path.split('*').map(RegExp.escape).join('[^/]*')}(/|$)`);
  return made.some((file) => pattern.test(file));
}

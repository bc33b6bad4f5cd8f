import type { CheckResult } from '../../model/index.ts';
import type { Check } from '../check.ts';

/**
 * Does what is written of the service (its app definition, Dockerfile and settings) contradict itself? Silent where nothing
 * is wrong: then the tests and the rehearsal have the word.
 */
export default {
  name: 'definitions',
  order: 15,
  judge({ artifact }, state) {
    const known = state.definitions.get(artifact.service);
    return (known?.findings ?? [])
      .filter(({ advice }) => advice !== true)
      .map(
        ({ check, reason, key }): CheckResult => ({
          check,
          outcome: 'fail',
          reason: `${reason}${key === undefined ? '' : ` (${key})`}`,
        }),
      );
  },
} satisfies Check;

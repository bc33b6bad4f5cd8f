import type { CheckResult } from '../../model/index.ts';
import type { Check } from '../check.ts';

/** Did the journeys that change nothing work where it was deployed before? Silent when they did, or when there are none. */
export default {
  name: 'smoke',
  order: 25,
  judge({ artifact, from, dependsOn }, state): readonly CheckResult[] {
    const last = state.smokes.get(from);
    const about = last?.versions.some(
      ({ service, digest }) => service === artifact.service && digest === artifact.digest,
    );
    if (last === undefined || about !== true) return [];
    const own = last.failures.find(({ service }) => service === artifact.service);
    if (own !== undefined) return [{ check: 'smoke', outcome: 'fail', reason: own.reason }];
    const called = last.failures.find(({ service }) => dependsOn.includes(service));
    if (called === undefined) return [];
    const reason = `${called.service}, which it depends on, failed: ${called.reason}`;
    return [{ check: 'smoke', outcome: 'inconclusive', reason }];
  },
} satisfies Check;

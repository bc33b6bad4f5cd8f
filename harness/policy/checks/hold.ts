import { placeOf } from '../../ledger/index.ts';
import type { Check } from '../check.ts';

/** Was it rolled back from there? Then a person must say again that it may enter. */
export default {
  name: 'hold',
  order: 62,
  judge({ artifact, to }, state) {
    const { service, digest } = artifact;
    const hold = state.holds.get(placeOf(service, to))?.findLast((one) => one.digest === digest);
    if (hold === undefined) return [];
    const lifted = state.approvals.find(
      (one) =>
        one.service === service &&
        one.environment === to &&
        one.digest === digest &&
        one.decision === 'approve' &&
        one.at > hold.at,
    );
    return lifted === undefined
      ? [
          {
            check: 'hold',
            outcome: 'pending',
            reason: `it is held since it left ${to} at ${hold.at}: ${hold.reason}; approve it again to lift the hold`,
          },
        ]
      : [
          {
            check: 'hold',
            outcome: 'pass',
            reason: `${lifted.by} lifted the hold of ${hold.at}: ${lifted.reason}`,
          },
        ];
  },
} satisfies Check;

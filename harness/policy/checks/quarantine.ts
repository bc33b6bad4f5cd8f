import { evidenceFor } from '../../ledger/index.ts';
import type { CheckResult } from '../../model/index.ts';
import type { Check } from '../check.ts';
import { hasEnded, quarantineOf } from '../quarantine.ts';

/** Which failures were let through because somebody mends them, and until when? */
export default {
  name: 'quarantine',
  order: 32,
  judge({ artifact, decidedAt }, state, { requires, quarantine = [] }) {
    if (quarantine.length === 0) return [];
    return requires.flatMap((stage) => {
      const newest = evidenceFor(state, artifact, stage).at(-1);
      return (newest?.failed ?? []).flatMap((test): readonly CheckResult[] => {
        const found = quarantineOf(test, { service: artifact.service, stage }, quarantine);
        if (found === undefined) return [];
        const { owner, reason, until } = found;
        if (hasEnded(found, decidedAt)) {
          const ended = `"${test}" was quarantined by ${owner} until ${until}, which is over: ${reason}`;
          return [{ check: 'quarantine', stage, outcome: 'fail', reason: ended }];
        }
        return [
          {
            check: 'quarantine',
            stage,
            outcome: 'pass',
            reason: `"${test}" may fail until ${until}: ${reason} (${owner})`,
            debt: { owner, reason, until: `${until}T23:59:59Z` },
          },
        ];
      });
    });
  },
} satisfies Check;

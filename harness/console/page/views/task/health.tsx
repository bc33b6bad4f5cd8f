import type { HealthResult } from '../../data/types.ts';
import { Ago, Facts } from '../../ui/parts.tsx';

/** What each health check of a task found, and since when. */
export function Health({ results }: { readonly results: readonly HealthResult[] }) {
  if (results.length === 0) return <p class="soft">No health check has answered for this task.</p>;
  return (
    <>
      {results.map(
        ({ alive, consecutiveFailures, firstSuccess, lastSuccess, lastFailure, lastFailureCause }, index) => (
          <Facts
            key={`check ${index + 1}`}
            facts={[
              ['Now', alive ? 'passes' : `fails, ${consecutiveFailures} in a row`],
              ['First success', <Ago key="first" at={firstSuccess} />],
              ['Last success', <Ago key="last" at={lastSuccess} />],
              [
                'Last failure',
                lastFailure === null || lastFailure === undefined ? (
                  'never'
                ) : (
                  <Ago key="failure" at={lastFailure} />
                ),
              ],
              ...(lastFailureCause === null || lastFailureCause === undefined
                ? []
                : [['Because', lastFailureCause] as const]),
            ]}
          />
        ),
      )}
    </>
  );
}

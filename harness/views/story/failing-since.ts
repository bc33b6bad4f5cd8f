import type { Evidence, State } from '../../ledger/index.ts';
import type { FailingSince, RunRecord } from '../../model/index.ts';

/** Since when each failing stage of the run has been failing, whatever versions it was asked about. Pure. */
export function failingSince(record: RunRecord, state: State): readonly FailingSince[] {
  return record.stages.flatMap(({ service, stage, status, startedAt }) => {
    if (status !== 'fail') return [];
    const found = resultsOf(state, service, stage);
    const passes = found.filter((evidence) => evidence.status === 'pass');
    const lastPass = passes.at(-1);
    const first = found.find(
      (evidence) => evidence.status === 'fail' && evidence.startedAt > (lastPass?.startedAt ?? ''),
    );
    return [
      {
        service,
        stage,
        since: { runId: first?.runId ?? record.runId, at: first?.startedAt ?? startedAt },
        lastPass:
          lastPass === undefined
            ? null
            : { runId: lastPass.runId, at: lastPass.startedAt, digest: lastPass.digest },
      },
    ];
  });
}

/** In order of time. */
function resultsOf(state: State, service: string, stage: string): readonly Evidence[] {
  return [...state.evidence.values()]
    .flat()
    .filter((evidence) => evidence.service === service && evidence.stage === stage)
    .toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

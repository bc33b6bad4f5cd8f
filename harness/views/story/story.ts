import type { Config } from '../../config/index.ts';
import type { State } from '../../ledger/index.ts';
import type { RunRecord, RunStory, TrendPoint } from '../../model/index.ts';
import { changesOf } from './changes.ts';
import { failingSince } from './failing-since.ts';
import { untestedIn } from './untested.ts';

export interface StoryOf {
  readonly record: RunRecord;
  readonly config: Config;
  /** When the run began. */
  readonly before: State;
  /** With all that the run found. */
  readonly after: State;
}

const trendLength = 12;

/** What the ledger adds to a run's own record. Pure. */
export function storyOf({ record, config, before, after }: StoryOf): RunStory {
  return {
    changes: changesOf(record, before, after),
    failing: failingSince(record, after),
    untested: untestedIn(record, config),
    trend: trendOf(record, before),
  };
}

function trendOf(record: RunRecord, before: State): readonly TrendPoint[] {
  const point = ({ runId, startedAt, durationMs, verdict }: TrendPoint): TrendPoint => ({
    runId,
    startedAt,
    durationMs,
    verdict,
  });
  const earlier = before.runs.filter(
    ({ target, system }) => target === record.target && system === record.system,
  );
  return [...earlier.map(point), point(record)].slice(-trendLength);
}

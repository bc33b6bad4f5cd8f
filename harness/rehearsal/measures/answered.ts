import type { RehearsalMeasures } from '../../ledger/index.ts';
import type { Hop, Recording, RehearsedService } from '../../model/recording.ts';
import { describeHop } from './failures.ts';
import { changingSpans, isIn, spansOf } from './spans.ts';

type Answered = NonNullable<RehearsalMeasures['steady']>;

const mostExamples = 5;

/** Requests to one service, and which of them failed through it: while versions changed, while none did, and before. */
export function answeredMeasures(
  service: RehearsedService,
  recording: Recording,
  caused: ReadonlySet<Hop>,
): Pick<RehearsalMeasures, 'changing' | 'steady' | 'before'> {
  const own = recording.hops.filter((hop) => hop.service === service.name);
  const candidates = own.filter(({ side }) => side !== 'old' || service.overItself);
  const changing = changingSpans(recording);
  const steady = spansOf(recording, 'old', 'new', 'again').filter(
    ({ kind }) => kind !== 'old' || service.overItself,
  );
  const before = spansOf(recording, 'old');
  return {
    changing: answered(candidates, (hop) => isIn(changing, hop.atMs), caused),
    steady: answered(candidates, (hop) => isIn(steady, hop.atMs) && !isIn(changing, hop.atMs), caused),
    ...(service.overItself
      ? {}
      : { before: answered(own, (hop) => hop.side === 'old' && isIn(before, hop.atMs), caused) }),
  };
}

function answered(
  hops: readonly Hop[],
  isCounted: (hop: Hop) => boolean,
  caused: ReadonlySet<Hop>,
): Answered {
  const counted = hops.filter(isCounted);
  const failed = counted.filter((hop) => caused.has(hop));
  return {
    requests: counted.length,
    failed: failed.length,
    examples: failed.slice(0, mostExamples).map(describeHop),
  };
}

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
): Pick<RehearsalMeasures, 'changing' | 'steady' | 'before' | 'early' | 'beside' | 'returned'> {
  const own = recording.hops.filter((hop) => hop.service === service.name);
  const candidates = own.filter(({ side }) => side !== 'old' || service.overItself);
  const changing = changingSpans(recording);
  const steady = spansOf(recording, 'old', 'new', 'soak', 'again').filter(
    ({ kind }) => kind !== 'old' || service.overItself,
  );
  const before = spansOf(recording, 'old');
  const isChanging = (hop: Hop): boolean => isIn(changing, hop.atMs);
  const early = earlyHops(candidates, isChanging);
  return {
    changing: answered(candidates, isChanging, caused.difference(early)),
    early: answered(candidates, (hop) => early.has(hop), caused),
    steady: answered(candidates, (hop) => isIn(steady, hop.atMs) && !isIn(changing, hop.atMs), caused),
    ...(service.overItself
      ? {}
      : {
          before: answered(own, (hop) => hop.side === 'old' && isIn(before, hop.atMs), caused),
          ...replaced(service, recording, caused),
        }),
  };
}

/** The version before must go on beside the candidate, and after it; connections that break are the rollout's business. */
function replaced(
  { name }: RehearsedService,
  recording: Recording,
  caused: ReadonlySet<Hop>,
): Pick<RehearsalMeasures, 'beside' | 'returned'> {
  const old = recording.hops.filter(
    ({ service, side, failure }) => service === name && side === 'old' && failure === null,
  );
  const beside = spansOf(recording, 'roll');
  const returned = spansOf(recording, 'back', 'returned', 'forward');
  return {
    beside: answered(old, ({ atMs }) => isIn(beside, atMs), caused),
    returned: answered(old, ({ atMs }) => isIn(returned, atMs), caused),
  };
}

/** What a task is asked in its first moments after it said that it is ready. */
const earlyMs = 1_500;

function earlyHops(hops: readonly Hop[], isCounted: (hop: Hop) => boolean): ReadonlySet<Hop> {
  const firstOf = new Map<string, number>();
  for (const { taskId, atMs } of hops) {
    if (taskId !== null) firstOf.set(taskId, Math.min(atMs, firstOf.get(taskId) ?? atMs));
  }
  return new Set(
    hops
      .filter(isCounted)
      .filter(
        ({ taskId, atMs, failure }) =>
          taskId !== null && failure !== 'no-backend' && atMs <= (firstOf.get(taskId) ?? 0) + earlyMs,
      ),
  );
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
